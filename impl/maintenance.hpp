#pragma once

#include "impl/engine.hpp"

/// TLB maintenance: after it, no CPU translates with what was cached before (DDI 0487 D8.14). A TLBI
/// acts on the VMID that VTTBR_EL2 names, so the engine makes it name the compartment's for a moment;
/// a handler begins and ends with the host's. Every table walk must see by then what was stored.
namespace bulkhead::impl {

inline constexpr unsigned vttbr_vmid_shift = 48;

/// VTTBR_EL2: VMID in [63:48], address of the root table in [47:1].
template <ValueDomain D>
Word<D> vttbr_of(CompartmentId<D> vmid, Frame<D> root) {
  return (widen<Word<D>>(vmid) << vttbr_vmid_shift) | (widen<Word<D>>(root) << page_shift);
}

/// VTTBR_EL2 of the host: VMID 0.
template <ValueDomain D>
Word<D> host_vttbr(const Engine<D>& engine) {
  return vttbr_of<D>(CompartmentId<D>(0), engine.host_root);
}

/// Makes VTTBR_EL2 name another stage-2, and waits until it does.
template <ValueDomain D>
void switch_stage2(Engine<D>& engine, Word<D> vttbr) {
  engine.hardware.msr_vttbr(vttbr);
  engine.hardware.isb();
}

/// Forgets a page of the current VMID, stage-2 entries first, then those combined with stage 1.
template <ValueDomain D>
void invalidate_current_page(Engine<D>& engine, Page<D> page) {
  engine.hardware.tlbi(hw::Tlbi::ipas2e1is, widen<Word<D>>(page));
  engine.hardware.dsb(hw::Barrier::ish);
  engine.hardware.tlbi(hw::Tlbi::vmalle1is, Word<D>(0));
  engine.hardware.dsb(hw::Barrier::ish);
}

/// After an entry of the host was made invalid: forgets its page.
template <ValueDomain D>
void invalidate_host_page(Engine<D>& engine, Page<D> page) {
  invalidate_current_page(engine, page);
  engine.hardware.isb();
}

/// After an entry of a compartment was made invalid: forgets its page.
template <ValueDomain D>
void invalidate_page(Engine<D>& engine, CompartmentId<D> id, Page<D> page) {
  switch_stage2(engine, vttbr_of<D>(id, engine.compartments.root.get(id)));
  invalidate_current_page(engine, page);
  switch_stage2(engine, host_vttbr(engine));
}

/// After a table of a compartment was unlinked, or all of them: forgets everything of its VMID, table
/// pointers too.
template <ValueDomain D>
void invalidate_all(Engine<D>& engine, CompartmentId<D> id) {
  switch_stage2(engine, vttbr_of<D>(id, engine.compartments.root.get(id)));
  engine.hardware.tlbi(hw::Tlbi::vmalls12e1is, Word<D>(0));
  engine.hardware.dsb(hw::Barrier::ish);
  switch_stage2(engine, host_vttbr(engine));
}

}  // namespace bulkhead::impl
