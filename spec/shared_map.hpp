#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Maps a frame of the host in the compartment's shared half.
template <ValueDomain D>
Rule<D> shared_map() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_flag<D>(),
              not_a_shared_page<D>(),
              not_ram<D>(),
              no_such_compartment<D>(),
              compartment_stopping<D>(),
              frame_not_host<D>(),
              frame_shared<D>(),
              no_page_table<D>(),
              page_in_use<D>(),
          },
      .effect_text =
          "the frame stays the host's and is mapped at ipa too, read-write if writable is 1, otherwise read-only",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        using Allowed = Value<D, Access>;
        const auto writable = in.writable == Word<D>(1);
        s.frames.shared_with.set(in.frame(), in.compartment());
        s.translations.access.set(in.compartment(), in.page(),
                                  select(writable, Allowed(Access::read_write), Allowed(Access::read)));
        s.translations.frame.set(in.compartment(), in.page(), in.frame());
        return Status::ok;
      },
      .footprint = {touches_frame<D>(), touches_translation<D>()},
  };
}

}  // namespace bulkhead::spec
