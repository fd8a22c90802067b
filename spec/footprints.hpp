#pragma once

#include "spec/rule.hpp"
#include "spec/spans.hpp"

/// Footprint entries that several calls share.
namespace bulkhead::spec {

template <ValueDomain D>
Touch<D> touches_frame() {
  return {Part::frame, "state, owner and sharing of the frame at pa",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.frame == in.frame(); }};
}

template <ValueDomain D>
Touch<D> touches_root() {
  return {Part::frame, "state, owner and sharing of the frame at root_pa",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.frame == in.root(); }};
}

template <ValueDomain D>
Touch<D> touches_content() {
  return {Part::content, "what the frame at pa holds",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.frame == in.frame(); }};
}

template <ValueDomain D>
Touch<D> touches_mapped_frame() {
  return {Part::frame, "state, owner and sharing of the frame that was mapped at ipa",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.translations.frame.get(in.compartment(), in.page());
          }};
}

template <ValueDomain D>
Touch<D> touches_mapped_content() {
  return {Part::content, "what the frame that was mapped at ipa holds",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.translations.frame.get(in.compartment(), in.page());
          }};
}

template <ValueDomain D>
Touch<D> touches_table_frame() {
  return {Part::frame, "state, owner and sharing of the frame that was the table",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.tables.frame.get(in.table_level(), in.compartment(), in.page());
          }};
}

template <ValueDomain D>
Touch<D> touches_table_content() {
  return {Part::content, "what the frame that was the table holds",
          [](const State<D>& s, const Inputs<D>& in, const Point<D>& at) {
            return at.frame == s.tables.frame.get(in.table_level(), in.compartment(), in.page());
          }};
}

template <ValueDomain D>
Touch<D> touches_translation() {
  return {Part::translation, "what the compartment finds at ipa",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) {
            return (at.compartment == in.compartment()) & (at.page == in.page());
          }};
}

template <ValueDomain D>
Touch<D> touches_span() {
  return {Part::translation, "what the compartment finds at the pages of the table",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) {
            return (at.compartment == in.compartment()) & span(in).contains(at.page);
          }};
}

template <ValueDomain D>
Touch<D> touches_table() {
  return {Part::table, "which table of the level serves the pages of the table",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) {
            return (at.level == in.table_level()) & (at.compartment == in.compartment()) & span(in).contains(at.page);
          }};
}

template <ValueDomain D>
Touch<D> touches_vcpu() {
  return {Part::vcpu, "the vCPU of the index", [](const State<D>&, const Inputs<D>& in, const Point<D>& at) {
            return (at.compartment == in.compartment()) & (at.vcpu == in.vcpu());
          }};
}

template <ValueDomain D>
Touch<D> touches_compartment() {
  return {Part::compartment, "the life of the compartment",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.compartment == in.compartment(); }};
}

}  // namespace bulkhead::spec
