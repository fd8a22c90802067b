#pragma once

#include <string>
#include <string_view>

#include "refine/obligation.hpp"

/// Where in the sources a goal is settled.
namespace bulkhead::cli {

/// A source file as it is named from the root of the project, and a line, from 1.
struct GoalPlace {
  std::string file;
  int line = 1;
};

/// Where to look first: the last decision that the handler itself took on the path of the counterexample, else the last
/// one with a known line, else the file of the handler, of the boot, of the walk or of the invariants.
GoalPlace place_of(const refine::Obligation& goal);

}  // namespace bulkhead::cli
