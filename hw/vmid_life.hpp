#pragma once

#include "hw/invalidation.hpp"

namespace bulkhead::hw {

/// Whether TLBs may hold something of a VMID: before it can be given to someone else, all of it has to be invalidated
/// on every CPU (DDI 0487 D8.16).
enum class VmidPhase : uint8_t {
  used,     ///< TLBs may hold something
  leaving,  ///< an invalidation of all of it is issued
  clean,    ///< that is complete
};
constexpr unsigned enum_width(VmidPhase) { return 2; }

template <ValueDomain D>
class VmidLife {
 public:
  using Bool = typename D::Bool;
  using Phase = Value<D, VmidPhase>;

  Bool is_clean() const { return phase_ == VmidPhase::clean; }
  Bool is_leaving() const { return phase_ == VmidPhase::leaving; }

  /// Something may be translated under it.
  void use(Bool here) { go(here, VmidPhase::used); }
  void tlbi(Tlbi op, Bool names_it) {
    const Reach reach = reach_of(op);
    if (reach.local || reach.one_ipa || !reach.leaves || !reach.combined) { return; }
    go(names_it & (phase_ == VmidPhase::used), VmidPhase::leaving);
  }
  void dsb(Barrier barrier) {
    if (completes(barrier, Tlbi::vmalls12e1is)) { go(phase_ == VmidPhase::leaving, VmidPhase::clean); }
  }

 private:
  void go(Bool condition, VmidPhase phase) { phase_ = select(condition, Phase(phase), phase_); }

  Phase phase_{VmidPhase::used};
};

}  // namespace bulkhead::hw
