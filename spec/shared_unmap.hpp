#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Takes a shared page away from the compartment.
template <ValueDomain D>
Rule<D> shared_unmap() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              not_a_shared_page<D>(),
              no_such_compartment<D>(),
              no_page_table<D>(),
              page_not_mapped<D>(),
          },
      .effect_text = "the frame mapped at ipa is the host's alone, with what it holds; the IPA state is empty",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.translations.frame.get(in.compartment(), in.page());
        s.translations.access.set(in.compartment(), in.page(), Access::none);
        s.translations.state.set(in.compartment(), in.page(), IpaState::empty);
        s.frames.shared_with.set(frame, CompartmentId<D>(0));
        return Result<D>(address_of(frame));
      },
      .footprint = {touches_mapped_frame<D>(), touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
