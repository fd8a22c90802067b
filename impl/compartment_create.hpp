#pragma once

#include "impl/arguments.hpp"

namespace bulkhead::impl {

/// Makes a compartment with an empty address space.
template <ValueDomain D>
Result<D> compartment_create(Engine<D>& engine, Word<D> cid, Pa<D> root_pa, Word<D> vcpus) {
  if (!(is_compartment_id<D>(cid) & is_vcpu_count<D>(vcpus))) { return Status::bad_argument; }
  if (!engine.platform.is_ram_frame(root_pa)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  if (engine.compartments.state.get(id) != CompartmentState::free) { return Status::in_use; }
  const Frame<D> root = frame_of(root_pa);
  if (engine.frames.state.get(root) != FrameState::spare) { return Status::bad_state; }

  engine.frames.state.set(root, FrameState::root);
  engine.frames.owner.set(root, id);
  engine.frames.level.set(root, Level<D>(0));
  engine.frames.base.set(root, Page<D>(0));
  engine.compartments.root.set(id, root);
  engine.compartments.vcpus.set(id, truncate<VcpuCount<D>>(vcpus));
  engine.compartments.state.set(id, CompartmentState::created);
  return Status::ok;
}

}  // namespace bulkhead::impl
