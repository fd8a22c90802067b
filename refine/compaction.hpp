#pragma once

#include <set>

#include "refine/small_state.hpp"

namespace bulkhead::refine {

/// The same state with less listed: frames in a row that are mapped as one become a run, and a table most of whose
/// words follow one from the other lists the others. Frames of `besides`, and those that hold something, stay listed.
SmallState compacted(SmallState state, const std::set<uint64_t>& besides);

}  // namespace bulkhead::refine
