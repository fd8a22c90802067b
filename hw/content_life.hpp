#pragma once

#include "hw/invalidation.hpp"

namespace bulkhead::hw {

/// Where what a CPU wrote to a frame has got to (DDI 0487 B2.8, D7.5):
///
///     settled --store--> written --DSB--> seen
///     written or seen --clean to the point of coherency--> cleaning --DSB--> settled
enum class ContentPhase : uint8_t {
  settled,   ///< in memory: found with caches off too
  written,   ///< stored; other CPUs and table walks may not see it yet
  seen,      ///< seen by every CPU and table walk, through caches
  cleaning,  ///< its cache lines are being cleaned to memory
};
constexpr unsigned enum_width(ContentPhase) { return 2; }

/// The life of what one CPU writes to one frame.
template <ValueDomain D>
class ContentLife {
 public:
  using Bool = typename D::Bool;
  using Phase = Value<D, ContentPhase>;

  /// Whether table walks find what was written.
  Bool is_seen() const { return is(ContentPhase::settled) | is(ContentPhase::seen); }
  /// Whether everyone finds what was written, with caches off too.
  Bool is_settled() const { return is(ContentPhase::settled); }

  void write(Bool here) { go(here, ContentPhase::written); }
  void clean(Bool here) { go(here & (!is_settled()), ContentPhase::cleaning); }
  void dsb(Barrier barrier) {
    if (!completes_stores(barrier)) { return; }
    go(is(ContentPhase::written), ContentPhase::seen);
    if (completes(barrier, Tlbi::vmalls12e1is)) { go(is(ContentPhase::cleaning), ContentPhase::settled); }
  }

 private:
  Bool is(ContentPhase phase) const { return phase_ == phase; }
  void go(Bool condition, ContentPhase phase) { phase_ = select(condition, Phase(phase), phase_); }

  Phase phase_{ContentPhase::settled};
};

}  // namespace bulkhead::hw
