#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Gives a page of the caller back, which is zeroed.
template <ValueDomain D>
Rule<D> page_relinquish() {
  return {
      .refusals =
          {
              not_a_guest<D>(),
              not_running<D>(),
              not_a_private_page<D>(),
              no_page_table<D>(),
              page_not_mapped<D>(),
          },
      .effect_text = "the frame mapped at ipa becomes spare and all zero; the IPA state is empty",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.translations.frame.get(in.compartment(), in.page());
        s.translations.access.set(in.compartment(), in.page(), Access::none);
        s.translations.state.set(in.compartment(), in.page(), IpaState::empty);
        s.frames.state.set(frame, FrameState::spare);
        s.frames.owner.set(frame, CompartmentId<D>(0));
        s.frames.content.fill(frame, Word<D>(0), 0);
        return Status::ok;
      },
      .footprint = {touches_mapped_frame<D>(), touches_mapped_content<D>(), touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
