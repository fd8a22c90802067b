#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> no_such_vcpu() {
  return {Status::no_such, "the compartment has no vCPU of that index", [](const State<D>& s, const Inputs<D>& in) {
            return s.vcpus.state.get(in.compartment(), in.vcpu()) == VcpuState::none;
          }};
}

template <ValueDomain D>
Touch<D> touches_context_frame() {
  return {Part::frame, "state, owner and sharing of the frame that held the context",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.vcpus.frame.get(in.compartment(), in.vcpu());
          }};
}

template <ValueDomain D>
Touch<D> touches_context() {
  return {Part::content, "what the frame that held the context holds",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.vcpus.frame.get(in.compartment(), in.vcpu());
          }};
}

/// Takes a vCPU away and zeroes its context.
template <ValueDomain D>
Rule<D> vcpu_destroy() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_vcpu_index<D>(),
              no_such_compartment<D>(),
              no_such_vcpu<D>(),
          },
      .effect_text =
          "the compartment has no such vCPU any more; the frame that held its context becomes spare and all zero",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.vcpus.frame.get(in.compartment(), in.vcpu());
        s.vcpus.state.set(in.compartment(), in.vcpu(), VcpuState::none);
        s.frames.state.set(frame, FrameState::spare);
        s.frames.owner.set(frame, CompartmentId<D>(0));
        s.frames.content.fill(frame, Word<D>(0), 0);
        return Result<D>(address_of(frame));
      },
      .footprint = {touches_context_frame<D>(), touches_context<D>(), touches_vcpu<D>()},
  };
}

}  // namespace bulkhead::spec
