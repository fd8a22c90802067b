#include "refine/proof.hpp"

#include <fmt/format.h>
#include <z3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

#include "refine/call_proof.hpp"
#include "refine/initial_proof.hpp"
#include "refine/premise_proof.hpp"
#include "refine/walk_proof.hpp"

namespace bulkhead::refine {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto poll_interval = std::chrono::milliseconds(50);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Thrown between two goals where the proof is to end.
struct Stopped {};

bool is_selected(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// A job that runs a proof of type P; `about` are its first arguments.
template <class P, class... About>
Job job(std::string_view subject, unsigned weight, const ProofOptions& options, About... about) {
  const auto run = [=, limits = options.limits, names = options.theorems, list_only = options.list_only](
                       Part& part, const Stop& stop) {
    const Selection wanted = [&](const std::string& theorem) {
      if (stop()) { throw Stopped{}; }
      return is_selected(names, theorem);
    };
    Limits stoppable = limits;
    stoppable.judging.stop = stop;
    P proof(about..., stoppable, wanted, list_only);
    const auto keep = [&] {
      part.obligations = proof.obligations();
      part.paths = proof.paths();
    };
    try {
      proof.run();
    } catch (...) {
      keep();
      throw;
    }
    keep();
  };
  return {std::string(subject), weight, run};
}

/// More arguments are more to check: more paths. A level is a case distinction on top.
unsigned weight_of(Call call) {
  const auto& inputs = row_of(call).inputs;
  const bool has_level =
      std::any_of(inputs.begin(), inputs.end(), [](const Parameter& p) { return p.kind == Kind::level; });
  return static_cast<unsigned>(inputs.size()) + (has_level ? 4U : 0U);
}

void add_fault(Part& part, std::string why) {
  Obligation fault;
  fault.theorem = "fault";
  fault.call = part.subject;
  fault.path = "all";
  fault.conjunct = "completes";
  fault.text = "the proof runs to its end";
  fault.verdict = Verdict::fault;
  fault.detail = std::move(why);
  part.obligations.push_back(std::move(fault));
}

/// False if the job was stopped.
bool run_job(const Job& job, Part& part, const Stop& stop) {
  const auto start = Clock::now();
  bool complete = true;
  try {
    job.prove(part, stop);
  } catch (const Stopped&) { complete = false; } catch (const std::exception& problem) {
    add_fault(part, problem.what());
  } catch (...) { add_fault(part, "an exception that says nothing"); }
  part.seconds = seconds_since(start);
  return complete;
}

/// The jobs that threads take, and how many of each are left.
class Queue {
 public:
  explicit Queue(const std::vector<Job>& jobs) : order_(jobs.size()) {
    std::iota(order_.begin(), order_.end(), size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) { return jobs[a].weight > jobs[b].weight; });
  }

  std::optional<size_t> take() {
    const std::lock_guard lock(mutex_);
    if (taken_ == order_.size() || stopping_) { return std::nullopt; }
    return order_[taken_++];
  }
  void finish(bool complete) {
    const std::lock_guard lock(mutex_);
    ++done_;
    incomplete_ = incomplete_ || !complete;
    changed_.notify_one();
  }
  /// Waits for a moment, or until something is finished. False once nothing is running or left to take.
  bool wait() {
    std::unique_lock lock(mutex_);
    const auto is_over = [this] { return done_ == taken_ && (stopping_ || taken_ == order_.size()); };
    if (!is_over()) { changed_.wait_for(lock, poll_interval); }
    return !is_over();
  }
  void stop() { stopping_ = true; }
  bool is_stopping() const { return stopping_; }
  Progress progress() const {
    const std::lock_guard lock(mutex_);
    return {done_, order_.size()};
  }
  bool is_complete() const {
    const std::lock_guard lock(mutex_);
    return !incomplete_ && done_ == order_.size();
  }

 private:
  std::vector<size_t> order_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  size_t taken_ = 0;
  size_t done_ = 0;
  bool incomplete_ = false;
  std::atomic<bool> stopping_ = false;
};

void work(const std::vector<Job>& jobs, Queue& queue, std::vector<Part>& parts) {
  while (const auto next = queue.take()) {
    queue.finish(run_job(jobs[*next], parts[*next], [&queue] { return queue.is_stopping(); }));
  }
}

size_t thread_count(const ProofOptions& options, size_t jobs) {
  const size_t wanted = options.jobs != 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U);
  return std::min(wanted, jobs);
}

/// A name must name one goal.
void mark_duplicates(Proof& proof) {
  std::set<std::string> names;
  for (Part& part : proof.parts) {
    for (Obligation& obligation : part.obligations) {
      if (names.insert(obligation.name()).second) { continue; }
      obligation.verdict = Verdict::fault;
      obligation.detail = "another obligation has the same name";
    }
  }
}

}  // namespace

std::vector<Job> jobs_of(const ProofOptions& options) {
  std::vector<Job> jobs;
  const auto add_if = [&](bool wanted, Job job) {
    if (wanted) { jobs.push_back(std::move(job)); }
  };
  const bool whole = options.calls.empty();
  add_if(whole && is_selected(options.theorems, "initial"), job<InitialProof>("initial", 4, options));
  add_if(whole && is_selected(options.theorems, "walk"), job<WalkProof>("walk", 4, options));
  add_if(whole && is_selected(options.theorems, "nonvacuity"), job<PremiseProof>("premises", 4, options));
  const bool about_calls = std::any_of(theorems.begin(), theorems.end(), [&](const Theorem& theorem) {
    return theorem.about_calls && is_selected(options.theorems, theorem.name);
  });
  for (const CallRow& row : calls) {
    const bool named = whole || std::count(options.calls.begin(), options.calls.end(), row.call) != 0;
    add_if(named && about_calls, job<CallProof>(row.name, weight_of(row.call), options, row.call));
  }
  return jobs;
}

Proof run_jobs(const std::vector<Job>& jobs, const ProofOptions& options) {
  const auto start = Clock::now();
  Proof proof;
  for (const Job& job : jobs) { proof.parts.emplace_back().subject = job.subject; }
  Queue queue(jobs);
  {
    std::vector<std::jthread> threads;
    for (size_t i = thread_count(options, jobs.size()); i > 0; --i) {
      threads.emplace_back([&] { work(jobs, queue, proof.parts); });
    }
    while (queue.wait()) {
      if (options.progress) { options.progress(queue.progress()); }
      if (options.stop && options.stop()) { queue.stop(); }
    }
  }
  proof.stopped = !queue.is_complete();
  mark_duplicates(proof);
  proof.seconds = seconds_since(start);
  return proof;
}

Proof prove(const ProofOptions& options) { return run_jobs(jobs_of(options), options); }

Verdict ProofTotals::verdict() const {
  for (const Verdict worst : {Verdict::fault, Verdict::refuted, Verdict::unknown}) {
    if (of(worst) != 0) { return worst; }
  }
  return obligations != 0 ? Verdict::proved : Verdict::unknown;
}

ProofTotals totals(const Part& part) {
  ProofTotals sum;
  sum.obligations = part.obligations.size();
  sum.paths = part.paths;
  for (const Obligation& obligation : part.obligations) { ++sum.of_verdict[static_cast<size_t>(obligation.verdict)]; }
  return sum;
}

ProofTotals totals(const Proof& proof) {
  ProofTotals sum;
  for (const Part& part : proof.parts) {
    const ProofTotals more = totals(part);
    sum.obligations += more.obligations;
    sum.paths += more.paths;
    for (size_t i = 0; i < sum.of_verdict.size(); ++i) { sum.of_verdict[i] += more.of_verdict[i]; }
  }
  return sum;
}

std::vector<std::string> missing(const Proof& proof, const ProofOptions& options) {
  std::set<std::string> found;
  for (const Part& part : proof.parts) {
    if (!part.obligations.empty()) { found.insert(part.subject); }
    for (const Obligation& obligation : part.obligations) { found.insert(obligation.theorem); }
  }
  const bool all = options.calls.empty() && options.theorems.empty();
  std::vector<std::string> expected = options.theorems;
  for (const Call call : options.calls) { expected.emplace_back(name_of(call)); }
  if (all) {
    for (const Theorem& theorem : theorems) { expected.emplace_back(theorem.name); }
    for (const CallRow& row : calls) { expected.emplace_back(row.name); }
  }
  std::erase_if(expected, [&](const std::string& name) { return found.count(name) != 0; });
  return expected;
}

std::string solver_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned build = 0;
  unsigned revision = 0;
  Z3_get_version(&major, &minor, &build, &revision);
  return fmt::format("{}.{}.{}", major, minor, build);
}

}  // namespace bulkhead::refine
