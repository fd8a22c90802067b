#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Takes a spare frame back for the host.
template <ValueDomain D>
Rule<D> frame_reclaim() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              not_ram<D>(),
              frame_not_spare<D>(),
          },
      .effect_text = "the zeroed frame is the host's again",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.state.set(in.frame(), FrameState::host);
        return Status::ok;
      },
      .footprint = {touches_frame<D>()},
  };
}

}  // namespace bulkhead::spec
