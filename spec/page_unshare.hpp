#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Takes a page that the caller shares away from the host.
template <ValueDomain D>
Rule<D> page_unshare() {
  return {
      .refusals =
          {
              not_a_guest<D>(),
              not_running<D>(),
              not_a_private_page<D>(),
              no_page_table<D>(),
              page_not_mapped<D>(),
              page_not_shared<D>(),
          },
      .effect_text = "the frame mapped at ipa is the caller's alone, with what it holds",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.state.set(s.translations.frame.get(in.compartment(), in.page()), FrameState::data);
        return Status::ok;
      },
      .footprint = {touches_mapped_frame<D>()},
  };
}

}  // namespace bulkhead::spec
