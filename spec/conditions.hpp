#pragma once

#include "spec/rule.hpp"

/// Failure conditions that several calls share, in the order in which a rule lists them.
namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> not_the_host() {
  return {Status::denied, "the caller is not the host",
          [](const State<D>&, const Inputs<D>& in) { return in.caller != CompartmentId<D>(0); }};
}

template <ValueDomain D>
Condition<D> bad_compartment_id() {
  return {Status::bad_argument, "cid is not in 1..65535",
          [](const State<D>&, const Inputs<D>& in) { return (in.cid < Word<D>(1)) | (in.cid > Word<D>(65535)); }};
}

template <ValueDomain D>
Condition<D> not_a_private_page() {
  return {Status::bad_address, "ipa is not a page of the private half", [](const State<D>&, const Inputs<D>& in) {
            return !(Platform<D>::is_page_address(in.ipa) & !in_shared_half<D>(in.page()));
          }};
}

template <ValueDomain D>
Condition<D> not_ram() {
  return {Status::bad_address, "pa is not a page of RAM",
          [](const State<D>& s, const Inputs<D>& in) { return !s.platform.is_ram_frame(in.pa); }};
}

template <ValueDomain D>
Condition<D> no_such_compartment() {
  return {Status::no_such, "there is no such compartment", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.compartment()) == CompartmentState::free;
          }};
}

template <ValueDomain D>
Condition<D> compartment_stopping() {
  return {Status::bad_state, "the compartment is stopping", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.compartment()) == CompartmentState::stopping;
          }};
}

template <ValueDomain D>
Condition<D> frame_not_spare() {
  return {Status::bad_state, "the frame at pa is not spare",
          [](const State<D>& s, const Inputs<D>& in) { return s.frames.state.get(in.frame()) != FrameState::spare; }};
}

template <ValueDomain D>
Condition<D> no_page_table() {
  return {Status::no_table, "no level-3 table serves ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.tables.present.get(Level<D>(leaf_level), in.compartment(), in.page()) == Flag::no;
          }};
}

template <ValueDomain D>
Condition<D> page_in_use() {
  return {Status::in_use, "something is mapped at ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.access.get(in.compartment(), in.page()) != Access::none;
          }};
}

template <ValueDomain D>
Condition<D> page_not_ram() {
  return {Status::bad_state, "the IPA state is not ram", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.state.get(in.compartment(), in.page()) != IpaState::ram;
          }};
}

}  // namespace bulkhead::spec
