#include "refine/recheck.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/constants.hpp"
#include "refine/explain.hpp"
#include "refine/query/retrial.hpp"
#include "refine/walk_proof.hpp"

namespace bulkhead::refine {
namespace {

Rerun rerun_of(const SmallState& state, const CallMade& made, const CallFault& fault) {
  return {state, made.call, Cpu<Symbolic>(made.cpu), constant(arguments_of(made)), fault};
}

/// Whether the goal is false of the run at the place; a goal that does not apply to it is not.
bool fails_on(const Rerun& rerun, const Obligation& goal, const Point& point) {
  if (goal.theorem == "safety") { return rerun.step == nullptr; }
  return rerun.step != nullptr && fails(*rerun.step, point, goal.theorem + "/" + goal.conjunct);
}

void judge_call(const Counterexample& counterexample, const CallFault& fault, Recheck& result) {
  const Rerun rerun = rerun_of(counterexample.before, *counterexample.made, fault);
  // With a fault the concrete engine is another one: there is nothing to compare.
  if (!fault.of_handler) { result.why = rerun.difference_from_concrete(); }
  result.same_on_engine = result.why.empty();
  result.fails = fails_on(rerun, obligation_named(counterexample.goal, ""), point_of(counterexample.point));
  if (result.why.empty() && result.fails) { result.path = path_of(rerun); }
}

void judge_query(const Counterexample& counterexample, const CallFault& fault, Recheck& result) {
  result.why = query::retry(counterexample);
  result.same_on_engine = true;
  result.fails = result.why.empty();
  if (result.fails && counterexample.made) {
    result.path = path_of(rerun_of(counterexample.before, *counterexample.made, fault));
  }
}

void judge_state(const Counterexample& counterexample, Recheck& result) {
  const Obligation goal = obligation_named(counterexample.goal, "");
  const auto holds = walk_claim_holds(goal.call, goal.conjunct, goal.path, counterexample.before.constants(),
                                      point_of(counterexample.point));
  result.same_on_engine = true;
  result.fails = holds == false;
}

}  // namespace

Recheck recheck(const Counterexample& counterexample, const CallFault& fault) {
  Recheck result;
  const auto violations = counterexample.before.violations();
  result.legal = violations.empty();
  if (!result.legal) {
    const auto& broken = invariants<Concrete>()[violations.front().invariant];
    result.why = fmt::format("the state before is not legal: it is not so that {}", broken.text);
    return result;
  }
  if (query::is_query(counterexample)) {
    judge_query(counterexample, fault, result);
  } else if (counterexample.made) {
    judge_call(counterexample, fault, result);
  } else {
    judge_state(counterexample, result);
  }
  if (result.why.empty() && !result.fails) { result.why = "the goal holds there"; }
  return result;
}

Counterexample renewed(const Counterexample& old, const CallFault& fault) {
  const Obligation goal = obligation_named(old.goal, old.says);
  const Point point = point_of(old.point);
  Counterexample fresh =
      old.made ? explain(rerun_of(old.before, *old.made, fault), goal, point) : explain_state(old.before, goal, point);
  fresh.point = old.point;
  fresh.trace = old.trace;
  return fresh;
}

}  // namespace bulkhead::refine
