#pragma once

#include "refine/solving.hpp"

/// Which facts the proof of a goal needs, found once and kept. Most goals need a tenth of the facts that are there, and
/// with those alone a solver is sooner done. A hint decides nothing: what follows from a part of the facts follows from
/// all, and where it does not, or a hint is out of date, all are asked.
namespace bulkhead::refine {

/// Asks whether the condition can hold, from the facts of the hint alone.
Answer ask_hinted(Session& session, const Limits& limits, const SymBool& condition, const Hint& hint);

/// Facts from which it follows at less expense than `answer` took that the condition cannot hold; none if none are
/// found. They are few, but not the fewest.
Hint find_hint(Session& session, const Limits& limits, const SymBool& condition, const Answer& answer);

}  // namespace bulkhead::refine
