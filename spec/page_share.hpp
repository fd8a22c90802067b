#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Lets the host read and write a page of the caller.
template <ValueDomain D>
Rule<D> page_share() {
  return {
      .refusals =
          {
              not_a_guest<D>(),
              not_running<D>(),
              not_a_private_page<D>(),
              no_page_table<D>(),
              page_not_mapped<D>(),
              page_shared<D>(),
          },
      .effect_text = "the frame mapped at ipa stays the caller's, with what it holds; the host can access it too",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.state.set(s.translations.frame.get(in.compartment(), in.page()), FrameState::shared_data);
        return Status::ok;
      },
      .footprint = {touches_mapped_frame<D>()},
  };
}

}  // namespace bulkhead::spec
