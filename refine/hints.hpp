#pragma once

#include "refine/model_state.hpp"
#include "refine/solving.hpp"

/// What was found out once about a goal, and kept. Most proofs need a tenth of the facts that are there, and with those
/// alone a solver is sooner done; where a state shows the goal, it is sooner found by who knows some of it. A hint
/// decides nothing: what follows from a part of the facts follows from all, a state is looked at like any other, and
/// where a hint is of no use, or out of date, the goal is settled without it.
namespace bulkhead::refine {

/// Asks whether the condition can hold, from the facts of the hint alone.
Answer ask_hinted(Session& session, const Limits& limits, const SymBool& condition, const Hint& hint);

/// Facts from which it follows at less expense than `answer` took that the condition cannot hold; none if none are
/// found. They are few, but not the fewest.
Hint find_hint(Session& session, const Limits& limits, const SymBool& condition, const Answer& answer);

/// The hint for a goal; null if there is none.
const Hint* hint_for(const Limits& limits, const std::string& goal);

/// The hint that a state is for a search: the values of the first so many applications of the session.
Hint hint_of(const Session& session, size_t applications, const ModelState& state);
/// That the first applications of the session have the values of the hint; false if there are fewer.
SymBool as_hinted(const Session& session, const Hint& hint);

}  // namespace bulkhead::refine
