#pragma once

#include "refine/query/replay.hpp"

namespace bulkhead::refine::query {

/// Builds the state of a trial by calls from power-on, on a machine with such frames, and judges the state that the
/// machine came to. Fills in the witness, with its trace, and gives nothing; or says why it is not shown reachable.
std::string reach_from_boot(Stepper stepper, const Expression& expression, const Trial& trial, Witness& witness);

}  // namespace bulkhead::refine::query
