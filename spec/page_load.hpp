#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Maps a page, while building, with a copy of a host frame as its content.
template <ValueDomain D>
Rule<D> page_load() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              not_a_private_page<D>(),
              not_ram<D>(),
              source_not_ram<D>(),
              no_such_compartment<D>(),
              compartment_not_created<D>(),
              frame_not_spare<D>(),
              source_not_host<D>(),
              no_page_table<D>(),
              page_in_use<D>(),
              page_not_ram<D>(),
          },
      .effect_text =
          "the frame becomes data of the compartment with the content of the frame at src_pa, mapped read-write at ipa",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        s.frames.content.copy(in.frame(), in.source());
        s.frames.state.set(in.frame(), FrameState::data);
        s.frames.owner.set(in.frame(), in.compartment());
        s.translations.access.set(in.compartment(), in.page(), Access::read_write);
        s.translations.frame.set(in.compartment(), in.page(), in.frame());
        return Status::ok;
      },
      .footprint = {touches_frame<D>(), touches_content<D>(), touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
