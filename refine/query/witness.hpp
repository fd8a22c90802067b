#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/concrete.hpp"
#include "model/result.hpp"
#include "refine/counterexample.hpp"
#include "refine/query/expression.hpp"

namespace bulkhead::refine::query {

/// What a free name stands for.
struct Bound {
  std::string name;
  Sort sort;
  uint64_t value;
};

/// A call that was made, and what came of it.
struct Made {
  Call call;
  Arguments<Concrete> arguments;
  Status status = Status::ok;
  uint64_t refusal = 0;  ///< which condition came first, from 1; 0 if it was not refused
  uint64_t output = 0;
};

/// What a function of the expression is in a witness, as the language writes both.
struct Told {
  std::string term;
  std::string value;
};

/// A legal state, and calls, of which the expression holds: evaluated on constants, not taken from the solver.
struct Witness {
  std::vector<Bound> names;
  std::vector<Made> calls;
  std::vector<Told> values;  ///< of the functions in the expression
  /// The state before the calls whole. Of one call that the engine ends as the witness says, also the state after it;
  /// otherwise no call is told of there.
  Counterexample story;
  std::string trace;  ///< bulkhead-trace/1: from power-on to the last call, if that was asked for
};

}  // namespace bulkhead::refine::query
