#pragma once

#include <set>

#include "impl/boot.hpp"
#include "refine/invariants.hpp"
#include "refine/view.hpp"

namespace bulkhead::refine {

/// The host's tables where boot lays them.
inline HostTables<Concrete> host_tables_of(const MachineDescription& machine) {
  using C = Concrete;
  const auto layout = std::make_shared<impl::HostLayout<C>>(impl::layout_of(machine));
  return {
      [layout](Index<C> index) { return layout->level1(index); },
      [layout](Gib<C> gib) { return layout->level2(impl::Gib<C>(raw(gib))); },
      [layout](Region<C> region) { return layout->level3(impl::Region<C>(raw(region))); },
      [layout](Gib<C> gib) { return layout->fine.get(impl::Gib<C>(raw(gib))) == Flag::yes; },
  };
}

/// Which invariants do not hold at some of the places.
class Judge {
 public:
  Judge(const ConcreteEngine& engine, const HostTables<Concrete>& host) : view_{engine, host} {}

  void frame(uint64_t frame) { judge(About::frame, {.frame = Frame<Concrete>(frame)}); }
  /// `page` counts where the entry is a block: which of its pages is meant.
  void entry(uint64_t frame, uint64_t index, uint64_t page = 0) {
    judge(About::entry,
          {.frame = Frame<Concrete>(frame), .index = Index<Concrete>(index), .page = Page<Concrete>(page)});
  }
  void entries(uint64_t frame) {
    for (uint64_t index = 0; index < entries_per_table; ++index) { entry(frame, index); }
  }
  void compartment(uint64_t id) { judge(About::compartment, {.compartment = CompartmentId<Concrete>(id)}); }
  void vcpu(uint64_t id, uint64_t index) {
    judge(About::vcpu, {.compartment = CompartmentId<Concrete>(id), .vcpu = VcpuIndex<Concrete>(index)});
  }
  void cpu(uint64_t cpu) { judge(About::cpu, {.cpu = Cpu<Concrete>(cpu)}); }

  const std::set<std::string_view>& violated() const { return violated_; }

 private:
  void judge(About about, const Place<Concrete>& place) {
    for (const auto& invariant : invariants<Concrete>()) {
      if (invariant.about == about && !invariant.holds(view_, place)) { violated_.insert(invariant.name); }
    }
  }

  View<Concrete> view_;
  std::set<std::string_view> violated_;
};

}  // namespace bulkhead::refine
