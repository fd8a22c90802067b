#pragma once

#include "model/guest_registers.hpp"
#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> too_many_vcpus() {
  return {Status::bad_argument, "index is not below the number of vCPUs that the compartment may have",
          [](const State<D>& s, const Inputs<D>& in) {
            return in.index >= widen<Word<D>>(s.compartments.vcpus.get(in.compartment()));
          }};
}

template <ValueDomain D>
Condition<D> vcpu_exists() {
  return {Status::in_use, "the compartment has a vCPU of that index already",
          [](const State<D>& s, const Inputs<D>& in) {
            return s.vcpus.state.get(in.compartment(), in.vcpu()) != VcpuState::none;
          }};
}

/// Makes a vCPU, while building, whose context a spare frame holds.
template <ValueDomain D>
Rule<D> vcpu_create() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_vcpu_index<D>(),
              not_ram<D>(),
              no_such_compartment<D>(),
              compartment_not_created<D>(),
              frame_not_spare<D>(),
              too_many_vcpus<D>(),
              vcpu_exists<D>(),
          },
      .effect_text =
          "the frame holds the context of a new vCPU: PC and X0 as given, every other register as at reset; the vCPU "
          "is on if its index is 0, otherwise off",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.content.fill(in.frame(), Word<D>(0), 0);
        for (const ContextWord& word : reset_context) {
          s.frames.content.store(in.frame(), Index<D>(word.place), Word<D>(word.value));
        }
        s.frames.content.store(in.frame(), Index<D>(context_place("PC")), in.pc);
        s.frames.content.store(in.frame(), Index<D>(context_place("X<n>")), in.x0);
        s.frames.state.set(in.frame(), FrameState::vcpu);
        s.frames.owner.set(in.frame(), in.compartment());
        const Value<D, VcpuState> on(VcpuState::on);
        const Value<D, VcpuState> off(VcpuState::off);
        s.vcpus.state.set(in.compartment(), in.vcpu(), select(in.vcpu() == VcpuIndex<D>(0), on, off));
        s.vcpus.frame.set(in.compartment(), in.vcpu(), in.frame());
        return Status::ok;
      },
      .footprint = {touches_frame<D>(), touches_content<D>(), touches_vcpu<D>()},
  };
}

}  // namespace bulkhead::spec
