#pragma once

#include <vector>

#include "model/calls.hpp"
#include "refine/obligation.hpp"

namespace bulkhead::refine::query {

/// Whose step it is.
enum class Stepper : uint8_t { spec, engine };

struct Options {
  std::vector<Call> calls;  ///< that may be made
  Stepper stepper = Stepper::spec;
  bool from_boot = false;  ///< a witness counts only if calls from power-on lead to it
  unsigned steps = 1;      ///< the most calls in a sequence; with the engine one
  unsigned count = 1;      ///< how many witnesses are wanted
  Limits limits;
};

}  // namespace bulkhead::refine::query
