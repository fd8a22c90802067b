#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Makes a compartment with an empty address space.
template <ValueDomain D>
Rule<D> compartment_create() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_vcpu_count<D>(),
              root_not_ram<D>(),
              compartment_exists<D>(),
              root_not_spare<D>(),
          },
      .effect_text = "the compartment is created with an empty address space; the frame is its root table",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.state.set(in.root(), FrameState::root);
        s.frames.owner.set(in.root(), in.compartment());
        s.compartments.state.set(in.compartment(), CompartmentState::created);
        s.compartments.root.set(in.compartment(), in.root());
        s.compartments.vcpus.set(in.compartment(), truncate<VcpuCount<D>>(in.vcpus));
        return Status::ok;
      },
      .footprint = {touches_root<D>(), touches_compartment<D>()},
  };
}

}  // namespace bulkhead::spec
