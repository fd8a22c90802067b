#pragma once

#include "refine/counterexample.hpp"
#include "refine/obligation.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// Tells what a run on constants did: the call, the ordered effects, the place at which the goal fails, and the state
/// before and after, as the engine and as the spec have it. Which parts of the place matter is for who knows to add.
Counterexample explain(const Rerun& rerun, const Obligation& goal, const Point& point);
/// Tells of a legal state in which a statement about states fails at a place.
Counterexample explain_state(const SmallState& state, const Obligation& goal, const Point& point);

/// The decisions of the run, with their source lines.
std::vector<PathStep> path_of(const Rerun& rerun);
/// Marks the parts of the place that a statement speaks of.
void mark_what_matters(std::vector<PointPart>& parts, Session& session, const SymBool& statement, const Point& any);

/// The caller and the words that the call was made with.
Arguments<Concrete> arguments_of(const CallMade& made);
/// The place in numbers, and back.
std::vector<PointPart> parts_of(const Point& constants);
Point point_of(const std::vector<PointPart>& parts);

}  // namespace bulkhead::refine
