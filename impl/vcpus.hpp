#pragma once

#include "impl/engine.hpp"
#include "model/guest_registers.hpp"

/// vCPUs and their contexts: the saved registers of a vCPU that does not run, in a frame of its own, word by word as
/// the table of guest registers has them.
namespace bulkhead::impl {

/// Whether the compartment has a vCPU of that index.
template <ValueDomain D>
typename D::Bool has_vcpu(const Engine<D>& engine, CompartmentId<D> id, VcpuIndex<D> index) {
  return engine.vcpus.state.get(id, index) != VcpuState::none;
}

/// Whether the compartment has any vCPU.
template <ValueDomain D>
typename D::Bool has_any_vcpu(const Engine<D>& engine, CompartmentId<D> id) {
  return engine.vcpus.state.any(id, [](Value<D, VcpuState> state) { return state != VcpuState::none; });
}

/// Writes what a new vCPU has in its registers to a frame that is all zero.
template <ValueDomain D>
void reset_registers(Engine<D>& engine, Frame<D> frame, Word<D> pc, Word<D> x0) {
  for (const ContextWord& word : reset_context) {
    engine.hardware.store(frame, Index<D>(word.place), Word<D>(word.value));
  }
  engine.hardware.store(frame, Index<D>(context_place("PC")), pc);
  engine.hardware.store(frame, Index<D>(context_place("X<n>")), x0);
}

}  // namespace bulkhead::impl
