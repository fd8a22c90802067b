#include "refine/machine_mutants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/initial_proof.hpp"

namespace bulkhead::refine {
namespace {

/// The fate that the obligations give: that the solver contradicts a goal is enough.
void take_fate(const std::vector<Obligation>& obligations, Mutant& mutant) {
  mutant.fate = Fate::harmless;
  for (const Obligation& goal : obligations) {
    if (goal.verdict == Verdict::proved) { continue; }
    mutant.by = goal.name();
    const bool refuted = goal.verdict == Verdict::refuted || goal.someone_says("sat");
    mutant.fate = refuted ? Fate::refuted : Fate::undecided;
    mutant.detail = refuted ? "" : goal.detail;
    return;
  }
}

}  // namespace

std::vector<Mutant> WalkerMutants::plan() {
  faults_.clear();
  planned_.clear();
  plan_for(false);
  plan_for(true);
  return planned_;
}

void WalkerMutants::plan_for(bool of_host) {
  WalkProof proof(
      limits_, [](const std::string&) { return true; }, true);
  std::vector<Mutator> earlier;
  proof.watch_walker(of_host, [&](const std::string& path, const Mutator& seen) {
    for (size_t e = 0; e < seen.events().size(); ++e) {
      const auto has_it = [&](const Mutator& other) {
        const size_t count = seen.events()[e].answers;
        return e < other.events().size() && other.events()[e].answers == count &&
               std::equal(seen.answers().begin(), seen.answers().begin() + static_cast<std::ptrdiff_t>(count),
                          other.answers().begin());
      };
      if (std::none_of(earlier.begin(), earlier.end(), has_it)) { plan_event(path, seen, e, of_host); }
    }
    earlier.push_back(seen);
  });
}

void WalkerMutants::plan_event(const std::string& path, const Mutator& seen, size_t number, bool of_host) {
  const Event& event = seen.events()[number];
  for (const Operator op : event.operators) {
    Mutant mutant;
    mutant.layer = "walker";
    mutant.op = fmt::format("{} {}", name_of(event.moment), name_of(op));
    mutant.where = event.where.line == 0 ? "" : fmt::format("{}:{}", event.where.file, event.where.line);
    mutant.name = fmt::format("walker/{}/{}/{}.{}/{}", of_host ? "host" : "compartment", path, number,
                              name_of(event.moment), name_of(op));
    const auto count = static_cast<std::ptrdiff_t>(event.answers);
    faults_.push_back({of_host, {seen.answers().begin(), seen.answers().begin() + count}, {number, op}});
    planned_.push_back(std::move(mutant));
  }
}

Mutant WalkerMutants::judge(size_t number) {
  Mutant mutant = planned_.at(number);
  Limits limits = limits_;
  limits.searches = false;
  WalkProof proof(limits, may_refute_, false);
  proof.prove_walker(faults_.at(number));
  take_fate(proof.obligations(), mutant);
  return mutant;
}

std::vector<Mutant> BootMutants::plan() {
  faults_.clear();
  planned_.clear();
  const std::vector<Event> events = InitialProof::events();
  for (size_t e = 0; e < events.size(); ++e) {
    for (const Operator op : events[e].operators) {
      Mutant mutant;
      mutant.layer = "boot";
      mutant.op = fmt::format("{} {}", name_of(events[e].moment), name_of(op));
      mutant.where = events[e].where.line == 0 ? "" : fmt::format("{}:{}", events[e].where.file, events[e].where.line);
      mutant.name = fmt::format("boot/memory/{}.{}/{}", e, name_of(events[e].moment), name_of(op));
      faults_.push_back({e, op});
      planned_.push_back(std::move(mutant));
    }
  }
  return planned_;
}

Mutant BootMutants::judge(size_t number) {
  Mutant mutant = planned_.at(number);
  InitialProof proof(limits_, may_refute_, false);
  proof.put_in(faults_.at(number));
  proof.run();
  take_fate(proof.obligations(), mutant);
  return mutant;
}

}  // namespace bulkhead::refine
