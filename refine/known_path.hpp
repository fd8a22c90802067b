#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "refine/mutator.hpp"
#include "refine/obligation.hpp"
#include "refine/path.hpp"

namespace bulkhead::refine {

/// A goal, and what the searches of its statement ask.
struct KnownGoal {
  z3::expr holds;
  std::vector<z3::expr> definitions;
};

/// Whether two lists of terms are the same, term by term.
bool same_terms(const std::vector<z3::expr>& a, const std::vector<z3::expr>& b);

/// A legal state that takes a path, as the solver has it, and the run from it.
struct Situation {
  Situation(const ModelState& state, const Path& path)
      : model(state), run(state, path.call, path.cpu, path.arguments) {}

  ModelState model;
  Rerun run;
};

/// A path of a call without a fault: what happens on it, its goals, and legal states that take it.
struct KnownPath {
  std::string name;
  Status status = Status::ok;
  std::vector<bool> choices;
  std::vector<Event> events;
  std::vector<z3::expr> decisions;         ///< the conditions decided
  std::map<std::string, KnownGoal> goals;  ///< by theorem and conjunct
  std::vector<z3::expr> definitions;       ///< of its searches
  std::vector<std::unique_ptr<Situation>> situations;
  bool was_searched = false;  ///< for situations

  /// Whether another path is this one up to the event: then the event happens on both.
  bool shares(const KnownPath& other, size_t event) const;
};

/// Every path of a call, in order, and nothing yet of situations.
std::vector<KnownPath> explore(Session& session, Call call);

/// Finds, the first time, legal states that take a path: one as small as can be; where the call is carried out more,
/// such that most faults make a difference in one of them.
void find_situations(Session& session, Call call, const Limits& limits, KnownPath& known);

}  // namespace bulkhead::refine
