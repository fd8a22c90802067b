#pragma once

#include <vector>

#include "hw/invalidation.hpp"

namespace bulkhead::hw {

/// What one CPU may translate with, of one translation: that a page of a VMID leads to a frame, or that the walk for it
/// passes a table. An adversary's TLB, as one arbitrary entry of it (DDI 0487 D8.16, D8.17): whatever could be found is
/// held, in every form, and nothing leaves but by an invalidation that a DSB completed.
///
/// - Walkers may see memory as it was at any moment since the last DSB that waits for stores.
/// - What is found again after an invalidation was issued stays.
/// - An entry that combines both stages can be made at any time from a stage-2 entry that is held, unless the same
///   operation invalidates both. An invalidation by IPA leaves it.
template <ValueDomain D>
class Cached {
 public:
  using Bool = typename D::Bool;

  /// Whether it can be found now; if so it is held too.
  explicit Cached(Bool found) : found_(found), recent_(found), stage2_(found), combined_(found) {}

  /// A store to the place that decides about it, if `decides`: whether it can be found from now on.
  void store(Bool decides, Bool found) {
    found_ = (decides & found) | ((!decides) & found_);
    gain(found_);
  }

  /// An invalidation that is, or is not, about this translation and this CPU.
  void tlbi(Tlbi op, Bool about) {
    const Bool kept = stage2_ & (!(Bool(reach_of(op).leaves) & about));
    open_.push_back({op, about, recent_, kept | recent_});
  }

  void dsb(Barrier barrier) {
    for (auto open = open_.begin(); open != open_.end();) {
      if (completes(barrier, open->op)) {
        complete(*open);
        open = open_.erase(open);
      } else {
        ++open;
      }
    }
    if (completes_stores(barrier)) { recent_ = found_; }
  }

  /// Whether a CPU may translate with it.
  Bool held() const { return recent_ | stage2_ | combined_; }

 private:
  /// An invalidation that was issued, and what was filled since.
  struct Open {
    Tlbi op;
    Bool about;
    Bool stage2;
    Bool combined;
  };

  void gain(Bool found) {
    recent_ = recent_ | found;
    stage2_ = stage2_ | found;
    combined_ = combined_ | found;
    for (Open& open : open_) {
      open.stage2 = open.stage2 | found;
      open.combined = open.combined | found;
    }
  }

  void complete(const Open& open) {
    const Reach reach = reach_of(open.op);
    if (reach.leaves) { stage2_ = stage2_ & ((!open.about) | open.stage2); }
    if (reach.combined) { combined_ = combined_ & ((!open.about) | open.combined); }
  }

  Bool found_;
  Bool recent_;    ///< found at some moment since the last DSB that waits for stores
  Bool stage2_;    ///< held as a stage-2 entry
  Bool combined_;  ///< held in an entry that combines both stages
  std::vector<Open> open_;
};

}  // namespace bulkhead::hw
