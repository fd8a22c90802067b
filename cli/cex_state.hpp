#pragma once

#include "cli/document.hpp"
#include "model/json.hpp"
#include "refine/counterexample.hpp"

/// The states of a counterexample file: the engine's, whole, and what the spec has of the places touched.
namespace bulkhead::cli {

Json as_json(const refine::SmallState& state);
Json as_json(const refine::SpecPlaces& places);

/// Both throw Error for what is no such state.
refine::SmallState read_small_state(json::Value value);
refine::SpecPlaces read_spec_places(json::Value value);

}  // namespace bulkhead::cli
