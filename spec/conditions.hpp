#pragma once

#include "spec/rule.hpp"
#include "spec/spans.hpp"

/// Failure conditions that several calls share, in the order in which a rule lists them.
namespace bulkhead::spec {

template <ValueDomain D>
Condition<D> not_the_host() {
  return {Status::denied, "the caller is not the host",
          [](const State<D>&, const Inputs<D>& in) { return in.caller != CompartmentId<D>(0); }};
}

template <ValueDomain D>
Condition<D> not_a_guest() {
  return {Status::denied, "the caller is the host",
          [](const State<D>&, const Inputs<D>& in) { return in.caller == CompartmentId<D>(0); }};
}

template <ValueDomain D>
Condition<D> not_running() {
  return {Status::denied, "the caller does not run", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.caller) != CompartmentState::active;
          }};
}

template <ValueDomain D>
Condition<D> bad_compartment_id() {
  return {Status::bad_argument, "cid is not in 1..65535",
          [](const State<D>&, const Inputs<D>& in) { return (in.cid < Word<D>(1)) | (in.cid > Word<D>(65535)); }};
}

template <ValueDomain D>
Condition<D> bad_level() {
  return {Status::bad_argument, "level is not in 1..3",
          [](const State<D>&, const Inputs<D>& in) { return (in.level < Word<D>(1)) | (in.level > Word<D>(3)); }};
}

template <ValueDomain D>
Condition<D> bad_block_level() {
  return {Status::bad_argument, "level is not 2 or 3",
          [](const State<D>&, const Inputs<D>& in) { return (in.level < Word<D>(2)) | (in.level > Word<D>(3)); }};
}

template <ValueDomain D>
Condition<D> bad_vcpu_count() {
  return {Status::bad_argument, "vcpus is not in 1..512",
          [](const State<D>&, const Inputs<D>& in) { return (in.vcpus < Word<D>(1)) | (in.vcpus > Word<D>(512)); }};
}

template <ValueDomain D>
Condition<D> bad_vcpu_index() {
  return {Status::bad_argument, "index is not in 0..511",
          [](const State<D>&, const Inputs<D>& in) { return in.index > Word<D>(511); }};
}

template <ValueDomain D>
Condition<D> bad_flag() {
  return {Status::bad_argument, "writable is neither 0 nor 1",
          [](const State<D>&, const Inputs<D>& in) { return in.writable > Word<D>(1); }};
}

template <ValueDomain D>
Condition<D> not_a_private_page() {
  return {Status::bad_address, "ipa is not a page of the private half", [](const State<D>&, const Inputs<D>& in) {
            return !(Platform<D>::is_page_address(in.ipa) & !in_shared_half<D>(in.page()));
          }};
}

template <ValueDomain D>
Condition<D> not_a_shared_page() {
  return {Status::bad_address, "ipa is not a page of the shared half", [](const State<D>&, const Inputs<D>& in) {
            return !(Platform<D>::is_page_address(in.ipa) & in_shared_half<D>(in.page()));
          }};
}

template <ValueDomain D>
Condition<D> not_a_table_base() {
  return {Status::bad_address, "ipa is not where a table of the level can begin",
          [](const State<D>&, const Inputs<D>& in) {
            return !(Platform<D>::is_page_address(in.ipa) & ((in.page() & span_below<D>(in.level)) == Page<D>(0)));
          }};
}

template <ValueDomain D>
Condition<D> not_ram() {
  return {Status::bad_address, "pa is not a page of RAM",
          [](const State<D>& s, const Inputs<D>& in) { return !s.platform.is_ram_frame(in.pa); }};
}

template <ValueDomain D>
Condition<D> source_not_ram() {
  return {Status::bad_address, "src_pa is not a page of RAM",
          [](const State<D>& s, const Inputs<D>& in) { return !s.platform.is_ram_frame(in.src_pa); }};
}

template <ValueDomain D>
Condition<D> root_not_ram() {
  return {Status::bad_address, "root_pa is not a page of RAM",
          [](const State<D>& s, const Inputs<D>& in) { return !s.platform.is_ram_frame(in.root_pa); }};
}

template <ValueDomain D>
Condition<D> compartment_exists() {
  return {Status::in_use, "there is such a compartment already", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.compartment()) != CompartmentState::free;
          }};
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
Condition<D> compartment_not_stopping() {
  return {Status::bad_state, "the compartment is not stopping", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.compartment()) != CompartmentState::stopping;
          }};
}

template <ValueDomain D>
Condition<D> compartment_not_created() {
  return {Status::bad_state, "the compartment is past its building", [](const State<D>& s, const Inputs<D>& in) {
            return s.compartments.state.get(in.compartment()) != CompartmentState::created;
          }};
}

template <ValueDomain D>
Condition<D> frame_not_spare() {
  return {Status::bad_state, "the frame at pa is not spare",
          [](const State<D>& s, const Inputs<D>& in) { return s.frames.state.get(in.frame()) != FrameState::spare; }};
}

template <ValueDomain D>
Condition<D> root_not_spare() {
  return {Status::bad_state, "the frame at root_pa is not spare",
          [](const State<D>& s, const Inputs<D>& in) { return s.frames.state.get(in.root()) != FrameState::spare; }};
}

template <ValueDomain D>
Condition<D> frame_not_host() {
  return {Status::bad_state, "the frame at pa is not the host's",
          [](const State<D>& s, const Inputs<D>& in) { return s.frames.state.get(in.frame()) != FrameState::host; }};
}

template <ValueDomain D>
Condition<D> source_not_host() {
  return {Status::bad_state, "the frame at src_pa is not the host's",
          [](const State<D>& s, const Inputs<D>& in) { return s.frames.state.get(in.source()) != FrameState::host; }};
}

template <ValueDomain D>
Condition<D> frame_shared() {
  return {Status::in_use, "the frame at pa is mapped shared", [](const State<D>& s, const Inputs<D>& in) {
            return s.frames.shared_with.get(in.frame()) != CompartmentId<D>(0);
          }};
}

template <ValueDomain D>
Condition<D> no_page_table() {
  return {Status::no_table, "no level-3 table serves ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.tables.present.get(Level<D>(leaf_level), in.compartment(), in.page()) == Flag::no;
          }};
}

template <ValueDomain D>
Condition<D> no_upper_table() {
  return {Status::no_table, "no table of the level above serves ipa", [](const State<D>& s, const Inputs<D>& in) {
            return (in.level != Word<D>(1)) &
                   (s.tables.present.get(in.table_level() - Level<D>(1), in.compartment(), in.page()) == Flag::no);
          }};
}

template <ValueDomain D>
Condition<D> no_such_table() {
  return {Status::no_table, "no table of the level serves ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.tables.present.get(in.table_level(), in.compartment(), in.page()) == Flag::no;
          }};
}

template <ValueDomain D>
Condition<D> table_in_use() {
  return {Status::in_use, "a table of the level serves ipa already", [](const State<D>& s, const Inputs<D>& in) {
            return s.tables.present.get(in.table_level(), in.compartment(), in.page()) == Flag::yes;
          }};
}

/// The state of the frame that is mapped at `ipa`.
template <ValueDomain D>
Value<D, FrameState> mapped_state(const State<D>& s, const Inputs<D>& in) {
  return s.frames.state.get(s.translations.frame.get(in.compartment(), in.page()));
}

template <ValueDomain D>
Condition<D> page_in_use() {
  return {Status::in_use, "something is mapped at ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.access.get(in.compartment(), in.page()) != Access::none;
          }};
}

template <ValueDomain D>
Condition<D> page_not_mapped() {
  return {Status::not_mapped, "nothing is mapped at ipa", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.access.get(in.compartment(), in.page()) == Access::none;
          }};
}

template <ValueDomain D>
Condition<D> page_shared() {
  return {Status::bad_state, "the page is shared with the host already",
          [](const State<D>& s, const Inputs<D>& in) { return mapped_state(s, in) == FrameState::shared_data; }};
}

template <ValueDomain D>
Condition<D> page_not_shared() {
  return {Status::bad_state, "the page is not shared with the host",
          [](const State<D>& s, const Inputs<D>& in) { return mapped_state(s, in) != FrameState::shared_data; }};
}

template <ValueDomain D>
Condition<D> page_not_empty() {
  return {Status::bad_state, "the IPA state is not empty", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.state.get(in.compartment(), in.page()) != IpaState::empty;
          }};
}

template <ValueDomain D>
Condition<D> page_is_ram() {
  return {Status::bad_state, "the IPA state is ram already", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.state.get(in.compartment(), in.page()) == IpaState::ram;
          }};
}

template <ValueDomain D>
Condition<D> page_not_ram() {
  return {Status::bad_state, "the IPA state is not ram", [](const State<D>& s, const Inputs<D>& in) {
            return s.translations.state.get(in.compartment(), in.page()) != IpaState::ram;
          }};
}

}  // namespace bulkhead::spec
