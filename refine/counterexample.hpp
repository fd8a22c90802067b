#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/calls.hpp"
#include "model/status.hpp"

namespace bulkhead::refine {

/// A decision of the path, with its source line.
struct PathStep {
  std::string file;
  int line = 0;
  bool taken = false;
};

/// A part of the state that the violation touches: as it was, and as it is afterwards.
struct TouchedState {
  std::string place;
  std::string before;
  std::string after;
};

/// Why a goal does not hold: a legal state, a call, and what came of it on the concrete engine.
struct Counterexample {
  std::string call;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::string status;
  std::vector<PathStep> path;
  std::vector<std::pair<std::string, std::string>> point;  ///< the place at which the statement fails
  std::vector<TouchedState> touched;
};

}  // namespace bulkhead::refine
