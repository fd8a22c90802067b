#pragma once

#include <unordered_map>
#include <vector>

#include "hw/entry_life.hpp"
#include "hw/frame_use.hpp"
#include "hw/recorded.hpp"

namespace bulkhead::hw {

/// An entry that is on its way from one descriptor to the next, in the hands of the CPU that changed it.
struct EntryChange {
  EntryPlace entry;
  uint64_t cpu = 0;
  uint64_t vmid = 0;
  EntryLife<Concrete> life{false};
  bool is_leaf = true;       ///< that was one, if it became invalid
  bool opens_more = false;   ///< a table that still led somewhere: what hung below it is to be forgotten too
  std::vector<Target> held;  ///< what TLBs may hold of it
};

/// All entries that are not settled.
class EntryChanges {
 public:
  bool empty() const { return changes_.empty(); }
  /// The change that an entry is in; null if it is settled.
  EntryChange* find(uint64_t address);
  /// The entry, valid or not so far, changes, in the hands of that CPU from now on.
  EntryChange& begin(const EntryPlace& entry, uint64_t cpu, uint64_t vmid, bool valid);

  /// An invalidation under the VMID that is in force on the CPU, if one is.
  void tlbi(const Recorded& recorded, std::optional<uint64_t> vmid);
  /// A barrier; `forgotten(change)` is told of each entry of which no TLB holds anything any more.
  template <class Forgotten>
  void dsb(uint64_t cpu, Barrier barrier, const Forgotten& forgotten);

  /// The first entry that the CPU changed and has not settled, or has not made seen; null if there is none.
  const EntryChange* unsettled(uint64_t cpu) const;
  const EntryChange* unpublished(uint64_t cpu) const;

 private:
  template <class Predicate>
  const EntryChange* first(uint64_t cpu, const Predicate& predicate) const;

  std::unordered_map<uint64_t, EntryChange> changes_;           ///< by address of the entry
  std::unordered_map<uint64_t, std::vector<uint64_t>> of_cpu_;  ///< in order; some are another CPU's by now
};

template <class Forgotten>
void EntryChanges::dsb(uint64_t cpu, Barrier barrier, const Forgotten& forgotten) {
  const auto mine = of_cpu_.find(cpu);
  if (mine == of_cpu_.end()) { return; }
  std::erase_if(mine->second, [&](uint64_t address) {
    const auto found = changes_.find(address);
    if (found == changes_.end() || found->second.cpu != cpu) { return true; }
    EntryChange& change = found->second;
    change.life.dsb(barrier);
    const auto is_forgotten = static_cast<bool>(change.life.is(EntryPhase::unmapped));
    if (is_forgotten) { forgotten(change); }
    const bool is_done = is_forgotten || change.life.is(EntryPhase::mapped);
    if (is_done) { changes_.erase(found); }
    return is_done;
  });
}

}  // namespace bulkhead::hw
