#pragma once

#include "cli/document.hpp"
#include "hw/effect.hpp"
#include "model/concrete.hpp"
#include "model/json.hpp"

/// An effect in a counterexample file, in the form of a trace's (docs/traces.md).
namespace bulkhead::cli {

/// Only what its kind says counts is written.
Json as_json(const hw::Effect<Concrete>& effect);
/// Throws Error for what is no such effect.
hw::Effect<Concrete> read_effect(json::Value value);

}  // namespace bulkhead::cli
