#include "refine/mutate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "refine/archive.hpp"
#include "refine/mutant_source.hpp"
#include "refine/worker_pool.hpp"

namespace bulkhead::refine {

/// What a worker says: how many mutants it is to judge, or one that it has judged.
struct MutantRecord {
  size_t planned = 0;  ///< said once, first
  size_t number = 0;   ///< of the mutant among those of its subject
  Mutant mutant;
};

template <class Archive>
void pass(Archive& archive, Mutant& mutant) {
  auto& [name, layer, call, op, where, fate, by, detail, seconds] = mutant;
  archive(name, layer, call, op, where, fate, by, detail, seconds);
}

template <class Archive>
void pass(Archive& archive, MutantRecord& record) {
  archive(record.planned, record.number);
  pass(archive, record.mutant);
}

namespace {

using Clock = std::chrono::steady_clock;

/// One worker's share of a subject.
struct Share {
  size_t subject;
  unsigned number;
  size_t planned = 0;
  size_t judged = 0;
  bool said_plan = false;
};

bool is_wanted(const MutateOptions& options, const Mutant& mutant) {
  return !options.wanted || options.wanted(mutant.name);
}

/// Judges every mutant of a share, one after the other.
void work(const MutantSubject& subject, const Share& share, const MutateOptions& options, const Send& send) {
  const auto source = subject.open();
  const std::vector<Mutant> plan = source->plan();
  std::vector<size_t> mine;
  for (size_t i = 0; i < plan.size(); ++i) {
    if (i % subject.shares == share.number && is_wanted(options, plan[i])) { mine.push_back(i); }
  }
  send(written(MutantRecord{mine.size(), 0, {}}));
  for (const size_t i : mine) { send(written(MutantRecord{0, i, options.list_only ? plan[i] : source->judge(i)})); }
}

/// Gathers what the workers say, and notices what is missing.
class Collection {
 public:
  Collection(const std::vector<MutantSubject>& subjects, std::vector<Share> shares)
      : subjects_(subjects), shares_(std::move(shares)) {}

  void add(size_t task, const MutantRecord& record) {
    Share& share = shares_[task];
    if (!share.said_plan) {
      share.said_plan = true;
      share.planned = record.planned;
      return;
    }
    ++share.judged;
    found_[{share.subject, record.number}] = record.mutant;
  }
  void end(size_t task, const Ending& ending) {
    const Share& share = shares_[task];
    stopped_ = stopped_ || ending.outcome == Ending::Outcome::stopped;
    const std::string& name = subjects_[share.subject].name;
    if (ending.outcome == Ending::Outcome::failed) {
      faults_.push_back(fmt::format("{}: {}; {} of {} mutants judged", name, ending.why, share.judged, share.planned));
    } else if (ending.outcome == Ending::Outcome::completed && (!share.said_plan || share.judged != share.planned)) {
      faults_.push_back(fmt::format("{}: {} of {} mutants judged", name, share.judged, share.planned));
    }
  }
  Progress progress() const {
    Progress sum{0, 0};
    for (const Share& share : shares_) {
      sum.done += share.judged;
      sum.all += share.planned;
    }
    return sum;
  }
  Mutants result() && {
    Mutants mutants;
    for (auto& [place, mutant] : found_) { mutants.all.push_back(std::move(mutant)); }
    mutants.faults = std::move(faults_);
    mutants.stopped = stopped_;
    return mutants;
  }

 private:
  const std::vector<MutantSubject>& subjects_;
  std::vector<Share> shares_;
  std::map<std::pair<size_t, size_t>, Mutant> found_;  ///< by subject and number
  std::vector<std::string> faults_;
  bool stopped_ = false;
};

/// In seconds: a worker that says nothing for longer is ended. A mutant takes some goals, a goal some attempts.
double longest_silence(const Limits& limits) { return 40.0 * limits.timeout_seconds; }

}  // namespace

Mutants mutate(const MutateOptions& options) {
  const auto start = Clock::now();
  const std::vector<MutantSubject> subjects = mutant_subjects(options);
  std::vector<Share> shares;
  std::vector<WeighedTask> tasks;
  for (size_t s = 0; s < subjects.size(); ++s) {
    for (unsigned i = 0; i < subjects[s].shares; ++i) { shares.push_back({s, i}); }
  }
  for (const Share& share : shares) {
    const MutantSubject& subject = subjects[share.subject];
    tasks.push_back({subject.shares, [&, share](const Send& send) { work(subject, share, options, send); }});
  }
  Collection collection(subjects, shares);
  Supervisor supervisor;
  supervisor.on_record = [&](size_t task, std::string_view record) {
    collection.add(task, read_whole<MutantRecord>(record));
  };
  supervisor.on_end = [&](size_t task, const Ending& ending) { collection.end(task, ending); };
  supervisor.stop = [&] {
    if (options.progress) { options.progress(collection.progress()); }
    return options.stop && options.stop();
  };
  run_workers(tasks, {options.jobs, options.memory_mib, longest_silence(options.limits)}, supervisor);
  Mutants mutants = std::move(collection).result();
  mutants.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return mutants;
}

}  // namespace bulkhead::refine
