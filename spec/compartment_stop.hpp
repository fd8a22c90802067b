#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Begins the running down of a compartment; it never runs again.
template <ValueDomain D>
Rule<D> compartment_stop() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              no_such_compartment<D>(),
              compartment_stopping<D>(),
          },
      .effect_text = "the compartment is stopping",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.compartments.state.set(in.compartment(), CompartmentState::stopping);
        return Status::ok;
      },
      .footprint = {touches_compartment<D>()},
  };
}

}  // namespace bulkhead::spec
