#pragma once

#include "spec/rule.hpp"

/// Footprint entries that several calls share.
namespace bulkhead::spec {

template <ValueDomain D>
Touch<D> touches_frame() {
  return {Part::frame, "state and owner of the frame at pa",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) { return at.frame == in.frame(); }};
}

template <ValueDomain D>
Touch<D> touches_translation() {
  return {Part::translation, "what the compartment finds at ipa",
          [](const State<D>&, const Inputs<D>& in, const Point<D>& at) {
            return (at.compartment == in.compartment()) & (at.page == in.page());
          }};
}

}  // namespace bulkhead::spec
