#pragma once

#include <string>

#include "refine/query/replay.hpp"

/// The witness of a query as a counterexample to "there is none": stored, tried again, shrunk and reached like any
/// other.
namespace bulkhead::refine::query {

/// What a witness of no call, or of one, comes to as a counterexample: its goal is `query/CALL/STEPPER/expression`,
/// what it says is the expression, and the parts of its place are the names.
void tell_names(Counterexample& story, Stepper stepper, const std::vector<Bound>& names);
/// Whether the goal is that of a query.
bool is_query(const Counterexample& story);

/// What the story tells, to be judged. Throws Error if what it says is no expression.
struct Retrial {
  Stepper stepper;
  Expression expression;
  Trial trial;
};
Retrial retrial_of(const Counterexample& story);

/// Why the expression does not hold of the story any more; nothing if it does.
std::string retry(const Counterexample& story);
/// The way to the story from power-on.
BootTrace trace_to(const Counterexample& story);

/// Throws `Error` if an expression speaks of effects, and the step that it is asked of has none.
void check_stepper(const Expression& expression, Stepper stepper);

}  // namespace bulkhead::refine::query
