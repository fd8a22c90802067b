#pragma once

#include "hw/tlb.hpp"
#include "refine/points.hpp"
#include "refine/view.hpp"

/// What watches the engine's hardware during a run: the TLBs, filled as adversarially as a run can, and
/// a count of the effects that change something.
namespace bulkhead::refine {

class Watch final : public hw::Observer<Concrete> {
 public:
  Watch();

  /// A call begins on a CPU: from now on that CPU and another translate its places, with every walk that they may make,
  /// after every effect after which that may fill a TLB with something else. `engine` must outlive the call.
  void begin(const ConcreteEngine& engine, Cpu<Concrete> cpu, Cpu<Concrete> other, const Points& points);
  /// The call is over; both CPUs translate the places once more.
  void end();

  void on_effect(const hw::Effect<Concrete>& effect, const hw::Hardware<Concrete>& hardware) override;
  /// Whoever is told of each effect after the TLBs were; none if null.
  void also(hw::Observer<Concrete>* observer) { also_ = observer; }

  /// Whether the call wrote memory or a register, or maintained a TLB or cache.
  bool changed_something() const { return changed_; }
  const hw::Tlb& tlb() const { return tlb_; }
  hw::Tlb& tlb() { return tlb_; }

 private:
  void translate_places();

  hw::Tlb tlb_;
  hw::Observer<Concrete>* also_ = nullptr;
  const ConcreteEngine* engine_ = nullptr;
  const Points* points_ = nullptr;
  std::array<Cpu<Concrete>, 2> cpus_{};
  bool changed_ = false;
};

}  // namespace bulkhead::refine
