#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> page_mapped_below() {
  return {Status::not_empty, "the table serves a page at which something is mapped",
          [](const State<D>& s, const Inputs<D>& in) {
            const auto mapped = [](Value<D, Access> access) { return access != Access::none; };
            return s.translations.access.any(in.compartment(), span(in), mapped);
          }};
}

template <ValueDomain D>
Condition<D> table_below() {
  return {Status::not_empty, "a table of the next level serves a page of the table",
          [](const State<D>& s, const Inputs<D>& in) {
            const auto present = [](Value<D, Flag> flag) { return flag == Flag::yes; };
            const Level<D> below = in.table_level() + Level<D>(1);
            return (in.level != Word<D>(leaf_level)) & s.tables.present.any(below, in.compartment(), span(in), present);
          }};
}

/// What the pages of a table mean to the compartment when it is gone: what they all meant before or,
/// if they differ, that they are destroyed; nothing if the compartment is stopping.
template <ValueDomain D>
Value<D, IpaState> state_left(const State<D>& s, const Inputs<D>& in) {
  using Left = Value<D, IpaState>;
  const auto stopping = s.compartments.state.get(in.compartment()) == CompartmentState::stopping;
  const Left first = s.translations.state.get(in.compartment(), in.page());
  const auto mixed =
      s.translations.state.any(in.compartment(), span(in), [first](Left other) { return other != first; });
  return select(stopping, Left(IpaState::empty), select(mixed, Left(IpaState::destroyed), first));
}

/// Takes an empty translation table away.
template <ValueDomain D>
Rule<D> table_destroy() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              bad_level<D>(),
              not_a_table_base<D>(),
              no_such_compartment<D>(),
              no_such_table<D>(),
              page_mapped_below<D>(),
              table_below<D>(),
          },
      .effect_text =
          "the frame of the table becomes spare and all zero; the IPA state of its pages stays if they all have the "
          "same, otherwise it is destroyed; empty if the compartment is stopping",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> frame = s.tables.frame.get(in.table_level(), in.compartment(), in.page());
        const Value<D, Flag> absent(Flag::no);
        s.translations.state.set_span(in.compartment(), span(in), state_left(s, in));
        s.tables.present.set_span(in.table_level(), in.compartment(), span(in), absent);
        s.frames.state.set(frame, FrameState::spare);
        s.frames.owner.set(frame, CompartmentId<D>(0));
        s.frames.content.fill(frame, Word<D>(0), 0);
        return Result<D>(address_of(frame));
      },
      .footprint = {touches_table_frame<D>(), touches_table_content<D>(), touches_span<D>(), touches_table<D>()},
  };
}

}  // namespace bulkhead::spec
