#pragma once

#include <optional>
#include <string>

#include "refine/counterexample.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// What came of trying a counterexample again, without a solver.
struct Recheck {
  bool legal = false;           ///< every invariant holds in the state before
  bool same_on_engine = false;  ///< the concrete engine does what the run on constants does
  bool fails = false;           ///< the goal is false at the place
  std::string why;              ///< the first of these that is not so, in words; empty if all are
  std::vector<PathStep> path;   ///< that the call takes, if all are so and a call was made

  bool stands() const { return why.empty(); }
};

/// Tries a counterexample on the engine, spec and walker of this program.
Recheck recheck(const Counterexample& counterexample, const CallFault& fault = {});

/// The counterexample with all that follows from the state before, the call and the place as it comes out now: path,
/// effects, endings, the state after. It need not stand.
Counterexample renewed(const Counterexample& counterexample, const CallFault& fault = {});

}  // namespace bulkhead::refine
