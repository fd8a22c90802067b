#include "impl/boot.hpp"

#include <algorithm>

#include "model/memory_map.hpp"

namespace bulkhead::impl {
namespace {

using D = Concrete;

/// A run of fine GiBs and the slot of its first.
struct Run {
  GibRange gibs;
  uint64_t slot;
  uint64_t end_slot() const { return slot + (gibs.end - gibs.first); }
};

std::vector<Run> number_runs(const std::vector<GibRange>& fine) {
  std::vector<Run> runs;
  for (const GibRange& gibs : fine) { runs.push_back({gibs, runs.empty() ? 0 : runs.back().end_slot()}); }
  return runs;
}

/// The run that holds the GiB, if it is fine.
const Run* run_of_gib(const std::vector<Run>& runs, uint64_t gib) {
  const auto found = std::find_if(runs.begin(), runs.end(), [gib](const Run& run) { return gib < run.gibs.end; });
  return found != runs.end() && gib >= found->gibs.first ? &*found : nullptr;
}

/// The run that holds the slot, if there are so many.
const Run* run_of_slot(const std::vector<Run>& runs, uint64_t slot) {
  const auto found = std::find_if(runs.begin(), runs.end(), [slot](const Run& run) { return slot < run.end_slot(); });
  return found != runs.end() ? &*found : nullptr;
}

}  // namespace

HostLayout<D> layout_of(const MachineDescription& machine) {
  const std::vector<Run> runs = number_runs(fine_gibs(machine));
  return {
      .root = Frame<D>(reserved_frames(machine).first),
      .fine = D::Map<Value<D, Flag>, Gib<D>>(
          [runs](Gib<D> gib) { return Value<D, Flag>(run_of_gib(runs, raw(gib)) != nullptr ? Flag::yes : Flag::no); }),
      .slot = D::Map<Slot<D>, Gib<D>>([runs](Gib<D> gib) {
        const Run* run = run_of_gib(runs, raw(gib));
        return Slot<D>(run != nullptr ? run->slot + (raw(gib) - run->gibs.first) : 0);
      }),
      .gib = D::Map<Gib<D>, Slot<D>>([runs](Slot<D> slot) {
        const Run* run = run_of_slot(runs, raw(slot));
        return Gib<D>(run != nullptr ? run->gibs.first + (raw(slot) - run->slot) : 0);
      }),
      .slots = Frame<D>(runs.empty() ? 0 : runs.back().end_slot()),
  };
}

Engine<D> boot(const MachineDescription& machine) {
  return boot(machine, [](Frame<D>, Index<D>) { return Word<D>(0); });
}

Engine<D> boot(const MachineDescription& machine, const HostContent& content) {
  return boot<D>(platform_of(machine), layout_of(machine), content);
}

}  // namespace bulkhead::impl
