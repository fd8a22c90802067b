#pragma once

#include <string>
#include <vector>

#include "model/trace.hpp"
#include "refine/small_state.hpp"

/// How a state is built by calls, from power-on. Tables are made from the top down, IPA states and pages are prepared
/// while a compartment is built, then pages are mapped and written, frames given, compartments started and stopped.
namespace bulkhead::refine {

/// Calls and accesses that lead from boot to a state, and the machine on which they do. Nothing says that they do:
/// whoever makes them must look.
struct Way {
  MachineDescription machine;
  std::vector<trace::Deed> deeds;
  std::string why_not;  ///< if there is no such way: what no call makes; empty if there is one
};

Way way_to(const SmallState& state);

}  // namespace bulkhead::refine
