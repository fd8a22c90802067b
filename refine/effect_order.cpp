#include "refine/effect_order.hpp"

#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

constexpr unsigned vmid_shift = 48;  ///< VTTBR_EL2.VMID is bits [63:48] (DDI 0487 D19.2.163)

/// Waits for stores to be seen by the table walkers of every CPU.
bool waits_for_stores(hw::Barrier barrier) { return barrier != hw::Barrier::nsh; }

/// Waits for TLB invalidations to be complete on every CPU; a barrier for stores alone does not.
bool waits_for_invalidations(hw::Barrier barrier) { return barrier == hw::Barrier::ish || barrier == hw::Barrier::sy; }

bool forgets_vmid(hw::Tlbi op) { return op == hw::Tlbi::vmalls12e1is || op == hw::Tlbi::alle1is; }

bool forgets_page(hw::Tlbi op) { return op == hw::Tlbi::ipas2e1is || op == hw::Tlbi::ipas2le1is; }

}  // namespace

EffectOrder::EffectOrder(const impl::Engine<S>& before, Cpu<S> cpu, const std::vector<hw::Effect<S>>& effects)
    : before_(before), cpu_(cpu), effects_(effects) {
  SymMemory memory = before.hardware.memory();
  for (size_t i = 0; i < effects.size(); ++i) {
    const hw::Effect<S>& e = effects[i];
    if (e.kind == Kind::store) {
      entry_stores_.push_back({i, e.frame, e.index, memory.load(e.frame, e.index), e.value});
      memory.store(e.frame, e.index, e.value);
    }
    if (e.kind == Kind::fill) { memory.fill(e.frame, e.value); }
    if (e.kind == Kind::copy) { memory.copy(e.frame, e.source); }
  }
}

bool EffectOrder::stores_complete_between(size_t from, size_t to) const {
  for (size_t i = from + 1; i < to; ++i) {
    if (is(i, Kind::dsb) && waits_for_stores(effects_[i].barrier)) { return true; }
  }
  return false;
}

bool EffectOrder::invalidations_complete_between(size_t from, size_t to) const {
  for (size_t i = from + 1; i < to; ++i) {
    if (is(i, Kind::dsb) && waits_for_invalidations(effects_[i].barrier)) { return true; }
  }
  return false;
}

bool EffectOrder::synchronised_between(size_t from, size_t to) const {
  for (size_t i = from + 1; i < to; ++i) {
    if (is(i, Kind::isb)) { return true; }
  }
  return false;
}

bool EffectOrder::seen_by_this_cpu(size_t tlbi) const {
  for (size_t i = tlbi + 1; i < size(); ++i) {
    if (is(i, Kind::isb) && invalidations_complete_between(tlbi, i)) { return true; }
  }
  return false;
}

bool EffectOrder::has_open_invalidation(size_t position) const {
  for (size_t i = position; i-- > 0;) {
    if (is(i, Kind::tlbi)) { return !invalidations_complete_between(i, position); }
  }
  return false;
}

/// Whether a TLBI acts on the VMID: the last write of VTTBR_EL2 before it, seen by an ISB, names it.
SymBool EffectOrder::acts_on(size_t tlbi, CompartmentId<S> vmid) const {
  const auto names = [vmid](Word<S> vttbr) { return extract<CompartmentId<S>, 63, vmid_shift>(vttbr) == vmid; };
  for (size_t i = tlbi; i-- > 0;) {
    if (!is(i, Kind::msr) || effects_[i].reg != hw::Register::vttbr_el2) { continue; }
    return SymBool(synchronised_between(i, tlbi)) & names(effects_[i].value);
  }
  return names(before_.hardware.vttbr(cpu_));
}

SymBool EffectOrder::vmid_invalidated(CompartmentId<S> vmid, size_t from, size_t to) const {
  SymBool done = false;
  for (size_t i = from + 1; i < to; ++i) {
    if (!is(i, Kind::tlbi) || !forgets_vmid(effects_[i].tlbi)) { continue; }
    if (!stores_complete_between(from, i) || !invalidations_complete_between(i, to)) { continue; }
    done = done | (effects_[i].tlbi == hw::Tlbi::alle1is ? SymBool(true) : acts_on(i, vmid));
  }
  return done;
}

/// Whether entries that combine both stages are invalidated and that is complete: an invalidation by IPA leaves them.
SymBool EffectOrder::combined_invalidated(CompartmentId<S> vmid, size_t from, size_t to) const {
  SymBool done = false;
  for (size_t i = from + 1; i < to; ++i) {
    if (!is(i, Kind::tlbi) || effects_[i].tlbi != hw::Tlbi::vmalle1is) { continue; }
    if (invalidations_complete_between(from, i) && invalidations_complete_between(i, to)) {
      done = done | acts_on(i, vmid);
    }
  }
  return done;
}

SymBool EffectOrder::page_invalidated(CompartmentId<S> vmid, Page<S> page, size_t from, size_t to) const {
  SymBool done = false;
  for (size_t i = from + 1; i < to; ++i) {
    if (!is(i, Kind::tlbi) || !forgets_page(effects_[i].tlbi) || !stores_complete_between(from, i)) { continue; }
    const auto right_page = effects_[i].value == widen<Word<S>>(page);
    done = done | (acts_on(i, vmid) & right_page & combined_invalidated(vmid, i, to));
  }
  return done;
}

SymBool EffectOrder::entry_invalidated(const EntryStore& store, size_t to) const {
  const auto& frames = before_.frames;
  // The host's tables are an identity map under VMID 0. That only its entries for pages ever change is what invariants
  // `host_upper_tables` and `host_page_entries` say.
  const auto hosts = frames.state.get(store.table) == FrameState::engine;
  const Level<S> level = frames.level.get(store.table);
  const auto vmid = select(hosts, CompartmentId<S>(0), frames.owner.get(store.table));
  const Page<S> page = select(hosts, widen<Page<S>>(hw::output_frame<S>(store.old)),
                              frames.base.get(store.table) | entry_offset<S>(level, store.index));
  const auto maps_page = hosts | (level == Level<S>(leaf_level));
  return vmid_invalidated(vmid, store.position, to) | (maps_page & page_invalidated(vmid, page, store.position, to));
}

}  // namespace bulkhead::refine
