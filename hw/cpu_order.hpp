#pragma once

#include <vector>

#include "hw/invalidation.hpp"

namespace bulkhead::hw {

/// What one CPU has not yet synchronised with: a write of VTTBR_EL2 counts from the next ISB (DDI 0487 D1.4, K1.3); an
/// invalidation is complete at a DSB, and keeps this CPU from what it had fetched or translated from the ISB after
/// that. The order of effects is known in every domain, so nothing here is.
class CpuOrder {
 public:
  /// Whether VTTBR_EL2 is what this CPU translates with, and its TLBIs act on.
  bool stage2_in_force() const { return !written_; }
  /// Whether an invalidation is not complete.
  bool has_open_invalidation() const { return !open_.empty(); }
  /// Whether the CPU may go on to run someone.
  bool is_synchronised() const { return !written_ && !unseen_; }

  void msr_vttbr() { written_ = true; }
  void isb() {
    written_ = false;
    unseen_ = has_open_invalidation();
  }
  void tlbi(Tlbi op) {
    open_.push_back(op);
    unseen_ = true;
  }
  void dsb(Barrier barrier) {
    std::erase_if(open_, [barrier](Tlbi op) { return completes(barrier, op); });
  }

 private:
  bool written_ = false;    ///< VTTBR_EL2 was, and no ISB came since
  bool unseen_ = false;     ///< an invalidation was issued, and no ISB came after its completion
  std::vector<Tlbi> open_;  ///< invalidations issued and not complete
};

}  // namespace bulkhead::hw
