#pragma once

#include <z3++.h>

#include <string>

#include "refine/obligation.hpp"
#include "refine/session.hpp"
#include "refine/solving.hpp"

/// Goals, each decided by the solvers that were chosen, and written down where that is wanted.
namespace bulkhead::refine {

/// Asks the chosen solvers whether the negation of a goal can hold, and notes in the goal what they say, the time, and
/// the verdict as far as that is settled: proved if all of them say unsat, a fault if they contradict each other or one
/// says nonsense. Where the result is `sat` the verdict is still to be found by a search for a counterexample.
/// May follow places that were read one step further, so ask within a scope. Where Z3 is asked alone and does not know
/// soon, what is known elsewhere is taken for its answer.
z3::check_result judge(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                       const Elsewhere& elsewhere = {});

/// What the other solver says of a goal that Z3 proved in a search for a legal state: from more facts than the session
/// has by now, which are given.
void confirm(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
             const z3::expr_vector& assertions);

/// What a solver is expected to answer to the query of a goal that was judged: `unsat`, `sat`, or `unknown` if none
/// did.
std::string known_answer(const Obligation& goal);

}  // namespace bulkhead::refine
