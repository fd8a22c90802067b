#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/vcpus.hpp"

namespace bulkhead::impl {

/// Takes a vCPU away and zeroes its context. No translation ever reached the frame.
template <ValueDomain D>
Result<D> vcpu_destroy(Engine<D>& engine, Word<D> cid, Word<D> index) {
  if (!(is_compartment_id<D>(cid) & is_vcpu_index<D>(index))) { return Status::bad_argument; }
  const auto id = truncate<CompartmentId<D>>(cid);
  if (engine.compartments.state.get(id) == CompartmentState::free) { return Status::no_such; }
  const auto vcpu = truncate<VcpuIndex<D>>(index);
  if (!has_vcpu(engine, id, vcpu)) { return Status::no_such; }
  const Frame<D> frame = engine.vcpus.frame.get(id, vcpu);

  engine.vcpus.state.set(id, vcpu, VcpuState::none);
  make_spare(engine, frame, FrameState::vcpu);
  return Result<D>(address_of(frame));
}

}  // namespace bulkhead::impl
