#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Ends the building of a compartment; from now on it may run.
template <ValueDomain D>
Rule<D> compartment_activate() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              no_such_compartment<D>(),
              compartment_not_created<D>(),
          },
      .effect_text = "the compartment is active",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.compartments.state.set(in.compartment(), CompartmentState::active);
        return Status::ok;
      },
      .footprint = {touches_compartment<D>()},
  };
}

}  // namespace bulkhead::spec
