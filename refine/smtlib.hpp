#pragma once

#include <z3++.h>

#include <string>

#include "refine/obligation.hpp"
#include "refine/session.hpp"

/// Goals as text in SMT-LIB 2, which any solver reads.
namespace bulkhead::refine {

/// What a solver is asked: whether all of it can hold at once.
struct Query {
  z3::expr_vector assertions;
  std::string head;  ///< what it states, in words; comments of SMT-LIB
};

/// The query of a goal: the facts and decisions of the session, and the negation of what the goal says. A negation that
/// is the constant false needs no fact.
Query query_of(Session& session, const Obligation& goal, const SymBool& negation);

/// The whole text: the head, the logic, the answer that is known (`unsat`, `sat` or `unknown`), the assertions, and the
/// question. It depends on nothing but the query, whatever the session did before.
std::string as_smtlib(const Query& query, const std::string& status);

}  // namespace bulkhead::refine
