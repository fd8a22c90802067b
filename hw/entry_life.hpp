#pragma once

#include "hw/invalidation.hpp"

namespace bulkhead::hw {

/// Where a translation table entry is between two valid descriptors. A valid one may only be stored when every CPU has
/// forgotten the one before (DDI 0487 D8.16.1, break-before-make):
///
///     unmapped --store valid--> made --DSB--> mapped --store invalid--> broken --DSB--> hidden
///     hidden --TLBI of its IPA--> leaving_stage2 --DSB--> combined_left --TLBI VMALLE1IS--> leaving --DSB--> unmapped
///     hidden or combined_left --TLBI VMALLS12E1IS--> leaving
enum class EntryPhase : uint8_t {
  unmapped,        ///< invalid, and no TLB holds anything of it
  made,            ///< a valid descriptor is stored; table walks may not see it yet
  mapped,          ///< a valid descriptor, for every table walk
  broken,          ///< an invalid one is stored; table walks may still see the valid one
  hidden,          ///< invalid for every table walk; TLBs may hold what it was
  leaving_stage2,  ///< an invalidation of its IPA is issued
  combined_left,   ///< that is complete; entries that combine both stages may be held
  leaving,         ///< an invalidation of all that is left is issued
};
constexpr unsigned enum_width(EntryPhase) { return 3; }

/// The life of one entry under the effects of one CPU. What is not inner shareable leaves it where it is: some other
/// CPU may hold the entry.
template <ValueDomain D>
class EntryLife {
 public:
  using Bool = typename D::Bool;
  using Phase = Value<D, EntryPhase>;

  /// An entry as it is between calls: what it was before, if anything, is forgotten.
  explicit EntryLife(Bool valid) : phase_(select(valid, Phase(EntryPhase::mapped), Phase(EntryPhase::unmapped))) {}

  Bool is(EntryPhase phase) const { return phase_ == phase; }
  /// Whether the entry holds a valid descriptor.
  Bool is_valid() const { return is(EntryPhase::made) | is(EntryPhase::mapped); }
  /// Whether no CPU translates with a descriptor that is gone.
  Bool is_settled() const { return is_valid() | is(EntryPhase::unmapped); }

  /// A store, if it is to this entry, of a valid or an invalid descriptor.
  void store(Bool here, Bool valid) {
    const Bool breaks = is_valid() & (!valid);
    go(here & breaks, EntryPhase::broken);
    go(here & valid, EntryPhase::made);
  }

  void dsb(Barrier barrier) {
    if (completes(barrier, Tlbi::vmalls12e1is)) {
      go(is(EntryPhase::leaving), EntryPhase::unmapped);
      go(is(EntryPhase::leaving_stage2), EntryPhase::combined_left);
    }
    if (completes_stores(barrier)) {
      go(is(EntryPhase::broken), EntryPhase::hidden);
      go(is(EntryPhase::made), EntryPhase::mapped);
    }
  }

  /// An invalidation, if it is about the entry: its VMID, and its IPA where the operation names one.
  void tlbi(Tlbi op, Bool about) {
    const Reach reach = reach_of(op);
    if (reach.local) { return; }
    if (reach.leaves && reach.combined) {
      go(about & (is(EntryPhase::hidden) | is(EntryPhase::leaving_stage2) | is(EntryPhase::combined_left)),
         EntryPhase::leaving);
    } else if (reach.leaves) {
      go(about & is(EntryPhase::hidden), EntryPhase::leaving_stage2);
    } else {
      go(about & is(EntryPhase::combined_left), EntryPhase::leaving);
    }
  }

 private:
  void go(Bool condition, EntryPhase phase) { phase_ = select(condition, Phase(phase), phase_); }

  Phase phase_;
};

}  // namespace bulkhead::hw
