#pragma once

#include "refine/counterexample.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// Tells what a run on constants did: the call, the path with its source lines, the place at which the
/// goal fails, as far as it speaks of an arbitrary one, and the touched state before and after.
Counterexample explain(const Rerun& rerun, Session& session, Call call, const SymBool& goal, const Point& any);

/// Tells of a legal state in which a statement about states fails at a place.
Counterexample explain_state(const ModelState& state, const std::string& what, const Point& point);

}  // namespace bulkhead::refine
