#include "refine/mutate.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <optional>

#include "refine/counterexample_record.hpp"
#include "refine/mutant_source.hpp"
#include "refine/worker_pool.hpp"

namespace bulkhead::refine {

/// What a worker says: each mutant that it is to judge, that these are all, and then each that it has judged.
struct MutantRecord {
  enum class Kind : uint8_t { planned, planned_all, judged } kind = Kind::planned;
  size_t number = 0;  ///< of the mutant among those of its subject; of `planned_all`: how many these are
  Mutant mutant;
};
constexpr MutantRecord::Kind last_of(MutantRecord::Kind) { return MutantRecord::Kind::judged; }

template <class Archive>
void pass(Archive& archive, Mutant& mutant) {
  auto& [name, layer, call, op, where, fate, by, detail, seconds, counterexample] = mutant;
  archive(name, layer, call, op, where, fate, by, detail, seconds, counterexample);
}

template <class Archive>
void pass(Archive& archive, MutantRecord& record) {
  archive(record.kind, record.number);
  pass(archive, record.mutant);
}

namespace {

using Clock = std::chrono::steady_clock;

/// One worker's share of a subject.
struct Share {
  size_t subject;
  unsigned number;
  unsigned count;  ///< of the subject's shares
  size_t planned = 0;
  size_t judged = 0;
  bool has_planned_all = false;
};

/// The mutant judged, and how long that took.
Mutant timed(MutantSource& source, size_t number) {
  const auto start = Clock::now();
  Mutant mutant = source.judge(number);
  mutant.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return mutant;
}

/// Judges every mutant of a share, one after the other.
void work(const MutantSubject& subject, const Share& share, const MutateOptions& options, const Send& send) {
  const auto source = subject.open();
  const std::vector<Mutant> plan = source->plan();
  std::vector<size_t> mine;
  for (size_t i = 0; i < plan.size(); ++i) {
    const std::string& name = plan[i].name;
    const bool is_wanted = is_named(options.only, name) && is_sampled(name, options.one_in, options.limits.seed);
    if (i % share.count == share.number && is_wanted) { mine.push_back(i); }
  }
  using Kind = MutantRecord::Kind;
  for (const size_t i : mine) { send(written(MutantRecord{Kind::planned, i, plan[i]})); }
  send(written(MutantRecord{Kind::planned_all, plan.size(), {}}));
  for (const size_t i : mine) {
    send(written(MutantRecord{Kind::judged, i, options.list_only ? plan[i] : timed(*source, i)}));
  }
}

/// Gathers what the workers say, and notices what is missing.
class Collection {
 public:
  Collection(const std::vector<MutantSubject>& subjects, std::vector<Share> shares)
      : subjects_(subjects), shares_(std::move(shares)) {}

  void add(size_t task, const MutantRecord& record) {
    Share& share = shares_[task];
    if (record.kind == MutantRecord::Kind::planned_all) {
      share.has_planned_all = true;
      agree_on(share.subject, record.number);
      return;
    }
    Mutant& mutant = found_[{share.subject, record.number}];
    if (!mutant.name.empty() && mutant.name != record.mutant.name) {
      faults_.push_back(fmt::format("{} and {} are the same mutant to two workers", mutant.name, record.mutant.name));
    }
    mutant = record.mutant;
    if (record.kind == MutantRecord::Kind::judged) {
      ++share.judged;
    } else {
      ++share.planned;
      mutant.detail = "not judged";
    }
  }
  void end(size_t task, const Ending& ending) {
    const Share& share = shares_[task];
    stopped_ = stopped_ || ending.outcome == Ending::Outcome::stopped;
    const std::string& name = subjects_[share.subject].name;
    if (ending.outcome == Ending::Outcome::failed) {
      faults_.push_back(fmt::format("{}: {}; {} of {} mutants judged", name, ending.why, share.judged, share.planned));
    } else if (ending.outcome == Ending::Outcome::completed &&
               (!share.has_planned_all || share.judged != share.planned)) {
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
  /// Workers that share a subject must have made the same plan, or some mutants are nobody's.
  void agree_on(size_t subject, size_t size) {
    const auto [known, is_first] = sizes_.emplace(subject, size);
    if (is_first || known->second == size) { return; }
    faults_.push_back(
        fmt::format("{}: {} mutants by one worker, {} by another", subjects_[subject].name, known->second, size));
  }

  const std::vector<MutantSubject>& subjects_;
  std::vector<Share> shares_;
  std::map<size_t, size_t> sizes_;                     ///< of the plan, by subject
  std::map<std::pair<size_t, size_t>, Mutant> found_;  ///< by subject and number
  std::vector<std::string> faults_;
  bool stopped_ = false;
};

/// Every worker begins a subject anew, so there are no more shares of it than keep all workers busy.
std::vector<Share> share_out(const std::vector<MutantSubject>& subjects, unsigned jobs) {
  const auto add = [](unsigned sum, const MutantSubject& subject) { return sum + subject.weight; };
  const unsigned all = std::accumulate(subjects.begin(), subjects.end(), 0U, add);
  std::vector<Share> shares;
  for (size_t s = 0; s < subjects.size(); ++s) {
    const unsigned count = (jobs * subjects[s].weight + all - 1) / all;
    for (unsigned i = 0; i < count; ++i) { shares.push_back({s, i, count}); }
  }
  return shares;
}

}  // namespace

bool is_named(const std::string& pattern, const std::string& name) {
  return pattern.empty() || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool is_sampled(const std::string& name, unsigned one_in, unsigned seed) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a, the same everywhere
  for (const char c : name) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3; }
  return (hash >> 20U) % one_in == 0;
}

Mutants mutate(const MutateOptions& options) {
  const auto start = Clock::now();
  const std::vector<MutantSubject> subjects = mutant_subjects(options);
  const std::vector<Share> shares = share_out(subjects, processes_at_once(options.jobs));
  std::vector<WeighedTask> tasks;
  for (const Share& share : shares) {
    const MutantSubject& subject = subjects[share.subject];
    tasks.push_back({subject.weight, [&, share](const Send& send) { work(subject, share, options, send); }});
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
