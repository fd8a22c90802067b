#pragma once

#include "refine/obligation.hpp"
#include "refine/recheck.hpp"

namespace bulkhead::refine {

/// How the violation of a counterexample is reached from power-on: calls that build its state, or one that does as
/// well, then the call. What is found was run on the engine, which violates the goal at the last line and nowhere
/// before; without any one of the lines it would not.
BootTrace boot_trace(const Counterexample& counterexample, const CallFault& fault = {});

/// Gives the counterexample of a refuted goal its trace, if traces are asked for.
void add_boot_trace(Obligation& goal, const Limits& limits);

}  // namespace bulkhead::refine
