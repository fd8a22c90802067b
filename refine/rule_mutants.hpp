#pragma once

#include <string>
#include <vector>

#include "refine/step.hpp"

namespace bulkhead::refine {

/// What the spec says of a call, with one thing wrong.
struct RuleMutant {
  std::string name;  ///< `refusals/3.no_such` or `footprint/1.frame`, and what follows in it
  std::string op;
  spec::Rule<Symbolic> rule;
  /// The refusal, by its place, that can no longer come first: only nonvacuity can see that. None: -1.
  int never_first = -1;
};

/// Every fault in the rule of a call: refusals dropped, repeated, in another order or weakened; footprints dropped or
/// widened. `step` is any step of the call on a symbolic path, in which conditions are evaluated to see what is in
/// them.
std::vector<RuleMutant> rule_mutants(const Step& step);

}  // namespace bulkhead::refine
