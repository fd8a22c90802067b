#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Says, while building, that a page of the compartment is memory.
template <ValueDomain D>
Rule<D> ipa_prepare() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              not_a_private_page<D>(),
              no_such_compartment<D>(),
              compartment_not_created<D>(),
              no_page_table<D>(),
              page_in_use<D>(),
              page_not_empty<D>(),
          },
      .effect_text = "the IPA state is ram",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.translations.state.set(in.compartment(), in.page(), IpaState::ram);
        return Status::ok;
      },
      .footprint = {touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
