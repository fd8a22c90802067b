#include "refine/proof.hpp"

#include <fmt/format.h>
#include <z3.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "refine/gathering.hpp"
#include "refine/worker_pool.hpp"

namespace bulkhead::refine {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<WeighedTask> tasks_of(const std::vector<Job>& jobs, Purpose purpose) {
  std::vector<WeighedTask> tasks;
  for (const Job& job : jobs) {
    tasks.push_back({job.weight, [&job, purpose](const Send& send) {
                       job.run(purpose, [&send](const GoalRecord& record) { send(as_bytes(record)); });
                     }});
  }
  return tasks;
}

/// Runs every job for one purpose and gathers what it says.
void run_for(Purpose purpose, const std::vector<Job>& jobs, const ProofOptions& options, Gathering& gathering) {
  Supervisor supervisor;
  supervisor.on_record = [&](size_t job, std::string_view record) { gathering.add(job, record_of(record)); };
  supervisor.on_end = [&](size_t job, const Ending& ending) { gathering.end(job, ending); };
  supervisor.stop = [&] {
    if (options.progress) { options.progress(gathering.progress()); }
    return options.stop && options.stop();
  };
  gathering.begin(purpose);
  run_workers(tasks_of(jobs, purpose), {options.jobs, options.memory_mib, longest_silence(options.limits)}, supervisor);
}

}  // namespace

Proof run_jobs(const std::vector<Job>& jobs, const ProofOptions& options) {
  const auto start = Clock::now();
  Gathering gathering(jobs);
  run_for(Purpose::list, jobs, options, gathering);
  if (!options.list_only && !gathering.is_stopped()) { run_for(Purpose::prove, jobs, options, gathering); }
  Proof proof = gathering.result();
  proof.seconds = std::chrono::duration<double>(Clock::now() - start).count();
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

double share_of_limit(const Obligation& goal, const Limits& limits) {
  const double resources = static_cast<double>(goal.rlimit) / limits.rlimit;
  return std::max(resources, goal.seconds / limits.timeout_seconds);
}

bool is_near_limit(const Obligation& goal, const Limits& limits) { return share_of_limit(goal, limits) > 0.5; }

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
