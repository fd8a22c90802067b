#pragma once

#include <set>
#include <string>
#include <vector>

#include "refine/query/facts.hpp"
#include "refine/solving.hpp"

/// On which proved goals an answer rests.
namespace bulkhead::refine::query {

/// An answer and, if it is unsat, the origins of the facts that it needs.
struct Reasoned {
  Answer answer;
  std::set<std::string> origins;
};

/// Asks whether the condition can hold, each origin a switch of its own.
Reasoned ask_why(Session& session, const Limits& limits, const SymBool& condition);

/// Every origin of the facts of a session.
std::set<std::string> all_origins(const Session& session);

/// The goals that show the facts of those origins, as patterns of names in the census: `*` is any part of a name.
std::vector<std::string> goals_of(const std::set<std::string>& origins);
/// The goals that show that the engine makes no other steps than the spec at these calls.
std::vector<std::string> goals_of_step(const std::vector<Call>& calls);

}  // namespace bulkhead::refine::query
