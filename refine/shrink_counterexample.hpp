#pragma once

#include "refine/recheck.hpp"

namespace bulkhead::refine {

/// The same violation in a smaller state: fewer frames, compartments and words, smaller numbers, frames from the start
/// of RAM on, ids from 1 on. The path that the call takes stays the same. Whatever is tried is rechecked, so what comes
/// out stands if what went in did.
Counterexample shrink(const Counterexample& counterexample, const CallFault& fault = {});

}  // namespace bulkhead::refine
