#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Takes a private page away, from the host too if it is shared, and zeroes it.
template <ValueDomain D>
Rule<D> page_unmap() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              not_a_private_page<D>(),
              no_such_compartment<D>(),
              no_page_table<D>(),
              page_not_mapped<D>(),
          },
      .effect_text =
          "the frame mapped at ipa becomes spare and all zero; the IPA state is destroyed, or empty if the compartment "
          "is stopping",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.translations.frame.get(in.compartment(), in.page());
        const auto stopping = s.compartments.state.get(in.compartment()) == CompartmentState::stopping;
        using Left = Value<D, IpaState>;
        s.translations.access.set(in.compartment(), in.page(), Access::none);
        s.translations.state.set(in.compartment(), in.page(),
                                 select(stopping, Left(IpaState::empty), Left(IpaState::destroyed)));
        s.frames.state.set(frame, FrameState::spare);
        s.frames.owner.set(frame, CompartmentId<D>(0));
        s.frames.content.fill(frame, Word<D>(0), 0);
        return Result<D>(address_of(frame));
      },
      .footprint = {touches_mapped_frame<D>(), touches_mapped_content<D>(), touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
