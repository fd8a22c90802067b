#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "refine/obligation.hpp"
#include "refine/session.hpp"

namespace bulkhead::refine {

/// What the solver says of a condition, given the facts and decisions of the session.
struct Answer {
  z3::check_result result = z3::unknown;
  double seconds = 0;
  uint64_t rlimit = 0;
  std::string reason;  ///< why it is unknown
  std::optional<z3::model> model;
  std::vector<size_t> core;  ///< if unsat: which of the wishes the contradiction needs
};

/// Whether there is no need to ask the solver any longer, and what is known by then.
using Elsewhere = std::function<std::optional<z3::check_result>()>;

/// Asks whether the condition can hold. May follow places that were read one step further, so ask within a scope. Where
/// a short while does not do, it is seen whether the condition is settled elsewhere before the solver is asked for
/// long.
Answer ask(Session& session, const Limits& limits, const SymBool& condition, const Elsewhere& elsewhere = {});
/// Looks for a state in which the condition holds, and `wishes` hold too. That there is none may be long in coming.
Answer find(Session& session, const Limits& limits, const SymBool& condition, const std::vector<SymBool>& wishes = {});

/// Asks a solver of its own that is told what was decided and these facts alone.
Answer ask_from(Session& session, const Limits& limits, unsigned rlimit, const SymBool& condition,
                const std::vector<SymBool>& facts);

/// Where the expressions of `some`, such as a core, stand in `all`.
std::vector<size_t> positions(const z3::expr_vector& some, const z3::expr_vector& all);

/// A solver of its own within the limits, which stops at `rlimit` if that is less than theirs.
z3::solver bounded_solver(Session& session, const Limits& limits, unsigned rlimit);
/// What a solver has used so far, in Z3's units of work.
uint64_t resources_used(const z3::solver& solver);

/// Asks once, with the facts that are there.
Answer ask_once(Session& session, const Limits& limits, const SymBool& condition);

}  // namespace bulkhead::refine
