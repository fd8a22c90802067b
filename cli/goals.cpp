#include "cli/goals.hpp"

#include <algorithm>

#include "cli/drawing_text.hpp"

namespace bulkhead::cli {

using refine::Obligation;
using refine::Part;
using refine::Proof;
using refine::Verdict;

std::vector<const Obligation*> obligations_where(const Proof& proof,
                                                 const std::function<bool(const Obligation&)>& wanted) {
  std::vector<const Obligation*> found;
  for (const Part& part : proof.parts) {
    for (const Obligation& obligation : part.obligations) {
      if (wanted(obligation)) { found.push_back(&obligation); }
    }
  }
  return found;
}

std::vector<const Obligation*> slow_goals(const Proof& proof) {
  auto slow = obligations_where(proof, [](const Obligation& o) { return o.seconds > slow_seconds; });
  std::stable_sort(slow.begin(), slow.end(), [](const auto* a, const auto* b) { return a->seconds > b->seconds; });
  return slow;
}

std::vector<const Obligation*> goals_near_limit(const ProofReport& report) {
  return obligations_where(report.proof, [&](const Obligation& o) {
    const bool is_decided = o.verdict == Verdict::proved || o.verdict == Verdict::refuted;
    return is_decided && is_near_limit(o, report.options.limits);
  });
}

std::string reason_of(const Obligation& goal) {
  return goal.counterexample.empty() ? "  " + goal.detail + "\n" : as_short_text(draw(goal.counterexample.front()));
}

std::vector<Gap> gaps_of(const ProofReport& report) {
  std::vector<Gap> gaps;
  for (const std::string& name : missing(report.proof, report.options)) {
    gaps.push_back({"missing", name, "it has no obligation in this selection"});
  }
  for (const std::string& name : report.census.missing) {
    gaps.push_back({"missing", name, "the census has this goal, and the run lacks it"});
  }
  for (const std::string& name : report.census.added) {
    gaps.push_back({"new", name, "the run has this goal, and the census lacks it"});
  }
  if (report.proof.stopped) { gaps.push_back({"interrupted", "run", "the proof was interrupted"}); }
  return gaps;
}

}  // namespace bulkhead::cli
