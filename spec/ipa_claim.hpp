#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Says that a page of the caller is memory from now on, whatever it held before.
template <ValueDomain D>
Rule<D> ipa_claim() {
  return {
      .refusals =
          {
              not_a_guest<D>(),
              not_running<D>(),
              not_a_private_page<D>(),
              no_page_table<D>(),
              page_in_use<D>(),
              page_is_ram<D>(),
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
