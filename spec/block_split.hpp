#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Makes a spare frame the table that a block stood for.
template <ValueDomain D>
Rule<D> block_split() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_block_level<D>(),
              not_a_table_base<D>(),
              not_ram<D>(),
              no_such_compartment<D>(),
              frame_not_spare<D>(),
              no_upper_table<D>(),
              table_in_use<D>(),
              page_not_mapped<D>(),
          },
      .effect_text =
          "the frame becomes the table of the level for the pages of the block that begins at ipa; the compartment "
          "finds what it found before",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Value<D, Flag> present(Flag::yes);
        s.frames.state.set(in.frame(), FrameState::table);
        s.frames.owner.set(in.frame(), in.compartment());
        s.tables.present.set_span(in.table_level(), in.compartment(), span(in), present);
        s.tables.frame.set_span(in.table_level(), in.compartment(), span(in), in.frame());
        return Status::ok;
      },
      .footprint = {touches_frame<D>(), touches_table<D>()},
  };
}

}  // namespace bulkhead::spec
