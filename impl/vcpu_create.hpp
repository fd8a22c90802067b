#pragma once

#include "impl/arguments.hpp"
#include "impl/vcpus.hpp"

namespace bulkhead::impl {

/// Makes a vCPU, while building, whose context a spare frame holds; index 0 is on, every other one off (DEN0022: a
/// system starts with one core).
template <ValueDomain D>
Result<D> vcpu_create(Engine<D>& engine, Word<D> cid, Word<D> index, Pa<D> pa, Word<D> pc, Word<D> x0) {
  if (!(is_compartment_id<D>(cid) & is_vcpu_index<D>(index))) { return Status::bad_argument; }
  if (!engine.platform.is_ram_frame(pa)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life != CompartmentState::created) { return Status::bad_state; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::spare) { return Status::bad_state; }
  if (index >= widen<Word<D>>(engine.compartments.vcpus.get(id))) { return Status::bad_argument; }
  const auto vcpu = truncate<VcpuIndex<D>>(index);
  if (has_vcpu(engine, id, vcpu)) { return Status::in_use; }

  reset_registers(engine, frame, pc, x0);
  engine.frames.state.set(frame, FrameState::vcpu);
  engine.frames.owner.set(frame, id);
  engine.frames.parent_index.set(frame, widen<Index<D>>(vcpu));
  const Value<D, VcpuState> on(VcpuState::on);
  const Value<D, VcpuState> off(VcpuState::off);
  engine.vcpus.state.set(id, vcpu, select(vcpu == VcpuIndex<D>(0), on, off));
  engine.vcpus.frame.set(id, vcpu, frame);
  return Status::ok;
}

}  // namespace bulkhead::impl
