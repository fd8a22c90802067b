#pragma once

#include <string>
#include <utility>
#include <vector>

#include "refine/counterexample.hpp"

namespace bulkhead::cli {

/// A part of the state that a violation touches: as it was, and as the engine left it.
struct TouchedState {
  std::string place;
  std::string before;
  std::string after;
};

using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// The call by name; of a counterexample without one the part of the proof that it belongs to.
std::string call_of(const refine::Counterexample& counterexample);
NamedValues arguments_of(const refine::Counterexample& counterexample);
/// The decisions that led here; none if no call was made.
std::vector<refine::PathStep> path_of(const refine::Counterexample& counterexample);
/// The status, or the belief that failed.
std::string status_of(const refine::Counterexample& counterexample);
/// The parts of the place at which the goal fails that it speaks of.
NamedValues point_of(const refine::Counterexample& counterexample);
/// What changed first, then what did not.
std::vector<TouchedState> touched_by(const refine::Counterexample& counterexample);

}  // namespace bulkhead::cli
