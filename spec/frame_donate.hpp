#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Gives a frame of the host to the engine, which zeroes it.
template <ValueDomain D>
Rule<D> frame_donate() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              not_ram<D>(),
              frame_not_host<D>(),
              frame_shared<D>(),
          },
      .effect_text = "the frame becomes spare and all zero; the host can no longer access it",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.state.set(in.frame(), FrameState::spare);
        s.frames.content.fill(in.frame(), Word<D>(0), 0);
        return Status::ok;
      },
      .footprint = {touches_frame<D>(), touches_content<D>()},
  };
}

}  // namespace bulkhead::spec
