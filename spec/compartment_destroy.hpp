#pragma once

#include "spec/conditions.hpp"
#include "spec/footprints.hpp"

namespace bulkhead::spec {

/// Every page of an IPA space.
template <ValueDomain D>
Span<Page<D>> all_pages() {
  return {Page<D>(0), Page<D>(low_mask(Page<D>::width))};
}

template <ValueDomain D>
Condition<D> table_left() {
  return {Status::not_empty, "the compartment has a level-1 table", [](const State<D>& s, const Inputs<D>& in) {
            const auto present = [](Value<D, Flag> flag) { return flag == Flag::yes; };
            return s.tables.present.any(Level<D>(1), in.compartment(), all_pages<D>(), present);
          }};
}

template <ValueDomain D>
Condition<D> vcpu_left() {
  return {Status::not_empty, "the compartment has a vCPU", [](const State<D>& s, const Inputs<D>& in) {
            return s.vcpus.state.any(in.compartment(),
                                     [](Value<D, VcpuState> state) { return state != VcpuState::none; });
          }};
}

template <ValueDomain D>
Touch<D> touches_root_frame() {
  return {Part::frame, "state, owner and sharing of the root",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.compartments.root.get(in.compartment());
          }};
}

template <ValueDomain D>
Touch<D> touches_root_content() {
  return {Part::content, "what the root holds", [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.compartments.root.get(in.compartment());
          }};
}

template <ValueDomain D>
Touch<D> touches_address_space() {
  return {Part::translation, "what the compartment finds anywhere",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.compartment == in.compartment(); }};
}

/// Ends a compartment that has nothing left; its id is free again.
template <ValueDomain D>
Rule<D> compartment_destroy() {
  return {
      .refusals =
          {
              not_the_host<D>(),
              bad_compartment_id<D>(),
              no_such_compartment<D>(),
              compartment_not_stopping<D>(),
              vcpu_left<D>(),
              table_left<D>(),
          },
      .effect_text = "the root becomes spare and all zero; every IPA state is empty, and the id is free",
      .effect = [](State<D>& s, const Inputs<D>& in) -> Result<D> {
        const Frame<D> root = s.compartments.root.get(in.compartment());
        const Value<D, IpaState> empty(IpaState::empty);
        s.translations.state.set_span(in.compartment(), all_pages<D>(), empty);
        s.frames.state.set(root, FrameState::spare);
        s.frames.owner.set(root, CompartmentId<D>(0));
        s.frames.content.fill(root, Word<D>(0), 0);
        s.compartments.state.set(in.compartment(), CompartmentState::free);
        return Status::ok;
      },
      .footprint = {touches_root_frame<D>(), touches_root_content<D>(), touches_address_space<D>(),
                    touches_compartment<D>()},
  };
}

}  // namespace bulkhead::spec
