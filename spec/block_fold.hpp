#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> table_below_at_ipa() {
  return {Status::bad_state, "a table of the next level serves ipa", [](const State<D>& s, const Inputs<D>& in) {
            const Level<D> below = in.table_level() + Level<D>(1);
            return (in.level != Word<D>(leaf_level)) &
                   (s.tables.present.get(below, in.compartment(), in.page()) == Flag::yes);
          }};
}

/// Whether a page of the table is served by a further table, has another access than the first page, or leads to
/// another frame than the run that begins there would.
template <ValueDomain D>
typename D::Bool leaves_run(const State<D>& s, const Inputs<D>& in, Value<D, Access> access, Page<D> page) {
  const auto id = in.compartment();
  const Page<D> offset = page & span_below<D>(in.level);
  const Frame<D> expected = s.translations.frame.get(id, in.page()) | widen<Frame<D>>(offset);
  const auto has_table =
      (in.level != Word<D>(leaf_level)) & (s.tables.present.get(in.table_level() + Level<D>(1), id, page) == Flag::yes);
  return has_table | (access != s.translations.access.get(id, in.page())) |
         (s.translations.frame.get(id, page) != expected);
}

template <ValueDomain D>
Condition<D> not_one_run() {
  return {Status::bad_state,
          "a further table serves pages of the table, or they do not lead, with one access, to one aligned run",
          [](const State<D>& s, const Inputs<D>& in) {
            const Frame<D> first = s.translations.frame.get(in.compartment(), in.page());
            const auto is_aligned = (first & widen<Frame<D>>(span_below<D>(in.level))) == Frame<D>(0);
            const auto leaves = [&s, &in](Value<D, Access> access, Page<D> page) {
              return leaves_run(s, in, access, page);
            };
            return (!is_aligned) | s.translations.access.any(in.compartment(), span(in), leaves);
          }};
}

/// Takes a table away whose pages lead to one run of frames; a block takes its place.
template <ValueDomain D>
Rule<D> block_fold() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_block_level<D>(),
              not_a_table_base<D>(),
              no_such_compartment<D>(),
              compartment_stopping<D>(),
              no_such_table<D>(),
              table_below_at_ipa<D>(),
              page_not_mapped<D>(),
              not_one_run<D>(),
          },
      .effect_text = "the frame of the table becomes spare and all zero; the compartment finds what it found before",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.tables.frame.get(in.table_level(), in.compartment(), in.page());
        const Value<D, Flag> absent(Flag::no);
        s.tables.present.set_span(in.table_level(), in.compartment(), span(in), absent);
        s.frames.state.set(frame, FrameState::spare);
        s.frames.owner.set(frame, CompartmentId<D>(0));
        s.frames.content.fill(frame, Word<D>(0), 0);
        return Result<D>(address_of(frame));
      },
      .footprint = {touches_table_frame<D>(), touches_table_content<D>(), touches_table<D>()},
  };
}

}  // namespace bulkhead::spec
