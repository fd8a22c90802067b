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

/// The last decision with a known line on the path of the counterexample, if there is one; else the file of the
/// handler, of the boot, of the walk or of the invariants.
GoalPlace place_of(const refine::Obligation& goal);

}  // namespace bulkhead::cli
