#pragma once

#include "refine/counterexample.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// What the spec makes of a call, from what a state means to it.
struct SpecStep {
  spec::State<Symbolic> after;
  CallEnd ending;
};

/// The spec's step from the state of a run on constants, which must outlive it.
SpecStep spec_step(const Rerun& rerun);

/// What the spec says of the places that a state lists: its frames and compartments, the pages of its page tables'
/// words, the words of frames whose content counts; and of a page and a word besides.
SpecPlaces spec_places(const spec::State<Symbolic>& spec, const SmallState& listed,
                       const std::set<SmallState::Key>& pages, const std::set<SmallState::Key>& words);

}  // namespace bulkhead::refine
