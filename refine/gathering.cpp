#include "refine/gathering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace bulkhead::refine {
namespace {

constexpr const char* interrupted = "not reached: the proof was interrupted";

/// A name must name one goal.
void mark_duplicates(Proof& proof) {
  std::set<std::string> names;
  for (Part& part : proof.parts) {
    for (Obligation& goal : part.obligations) {
      if (names.insert(goal.name()).second) { continue; }
      goal.verdict = Verdict::fault;
      goal.detail = "another obligation has the same name";
    }
  }
}

/// What to say of goals that nobody came to; nothing if nobody should be left.
std::string not_reached(const Ending& ending) {
  switch (ending.outcome) {
    case Ending::Outcome::completed:
      return "";
    case Ending::Outcome::failed:
      return "not reached: " + ending.why;
    case Ending::Outcome::stopped:
      return interrupted;
  }
  return "";
}

}  // namespace

Gathering::Gathering(const std::vector<refine::Job>& jobs) : jobs_(jobs.size()) {
  for (const refine::Job& job : jobs) { proof_.parts.emplace_back().subject = job.subject; }
}

void Gathering::add(size_t job, GoalRecord record) {
  for (Obligation& goal : record.goals) {
    if (purpose_ == Purpose::list) {
      list(job, std::move(goal));
    } else {
      settle(job, std::move(goal));
    }
  }
  proof_.parts[job].paths = std::max(proof_.parts[job].paths, record.paths);
  jobs_[job].begun = std::move(record.begun);
}

void Gathering::list(size_t job, Obligation goal) {
  auto& goals = proof_.parts[job].obligations;
  goal.verdict = Verdict::unknown;
  goal.reached = false;
  jobs_[job].place.emplace(goal.name(), goals.size());
  goals.push_back(std::move(goal));
  ++all_;
}

/// One that was not listed is a goal all the same: with few resources fewer paths are seen to be infeasible.
void Gathering::settle(size_t job, Obligation goal) {
  auto& goals = proof_.parts[job].obligations;
  const auto listed = jobs_[job].place.find(goal.name());
  goal.reached = true;
  ++done_;
  if (listed != jobs_[job].place.end() && !goals[listed->second].reached) {
    goals[listed->second] = std::move(goal);
  } else {
    goals.push_back(std::move(goal));
    ++all_;
  }
}

void Gathering::end(size_t job, const Ending& ending) {
  proof_.stopped = proof_.stopped || ending.outcome == Ending::Outcome::stopped;
  proof_.parts[job].seconds += ending.seconds;
  if (purpose_ == Purpose::list) {
    end_list(job, ending);
  } else {
    end_proof(job, ending);
  }
  jobs_[job].begun.clear();
}

/// What cannot be listed cannot be missed, so it must not look complete.
void Gathering::end_list(size_t job, const Ending& ending) {
  switch (ending.outcome) {
    case Ending::Outcome::completed:
      break;
    case Ending::Outcome::failed:
      add_goal(job, Verdict::fault, fmt::format("not all goals could be listed: {}", ending.why));
      break;
    case Ending::Outcome::stopped:
      add_goal(job, Verdict::unknown, "interrupted before all goals were listed");
      break;
  }
}

void Gathering::end_proof(size_t job, const Ending& ending) {
  if (ending.outcome == Ending::Outcome::failed) { blame(job, ending.why); }
  const std::string why = not_reached(ending);
  for (Obligation& goal : proof_.parts[job].obligations) {
    if (goal.reached) { continue; }
    goal.detail = why;
    if (!why.empty()) { continue; }
    goal.verdict = Verdict::fault;
    goal.detail = "it was listed, and the proof ended without it";
  }
}

/// A worker proves its goals in the order in which they are listed.
void Gathering::blame(size_t job, const std::string& why) {
  auto& goals = proof_.parts[job].obligations;
  const auto at = std::find_if(goals.begin(), goals.end(), [&](const Obligation& goal) {
    return !goal.reached && goal.theorem == jobs_[job].begun;
  });
  if (at == goals.end()) { return add_goal(job, Verdict::fault, why); }
  at->verdict = Verdict::fault;
  at->reached = true;
  at->detail = why + "; it was at this goal";
}

/// A goal of the part as a whole.
void Gathering::add_goal(size_t job, Verdict verdict, const std::string& why) {
  Obligation goal;
  goal.theorem = "fault";
  goal.call = proof_.parts[job].subject;
  goal.path = "all";
  goal.conjunct = purpose_ == Purpose::list ? "is_listed" : "completes";
  goal.text = "the proof runs to its end";
  goal.verdict = verdict;
  goal.detail = why;
  proof_.parts[job].obligations.push_back(std::move(goal));
  ++all_;
}

/// Nobody has said a word yet of goals that were listed before an interrupt.
void Gathering::explain_interrupt() {
  for (Part& part : proof_.parts) {
    for (Obligation& goal : part.obligations) {
      if (!goal.reached && goal.detail.empty()) { goal.detail = interrupted; }
    }
  }
}

Proof Gathering::result() {
  if (proof_.stopped) { explain_interrupt(); }
  mark_duplicates(proof_);
  return std::move(proof_);
}

}  // namespace bulkhead::refine
