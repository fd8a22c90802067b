#pragma once

#include <functional>
#include <optional>
#include <string>

#include "refine/model_state.hpp"
#include "refine/prestate.hpp"
#include "refine/solving.hpp"

namespace bulkhead::refine {

/// What is spent on a counterexample before the solver is asked for long whether there is none.
inline constexpr unsigned brief_search = 8'000'000;

/// What a search for a legal state came to.
struct Search {
  enum class Outcome : uint8_t {
    found,       ///< a legal state that `accept` takes
    impossible,  ///< there is none
    unknown,     ///< none was found
  } outcome = Outcome::unknown;
  std::string reason;
  double seconds = 0;
  uint64_t rlimit = 0;
  std::optional<z3::expr_vector> contradiction;  ///< if there is none: what cannot hold at once
  Hint hint;                                     ///< if hints are looked for, and it took long: what finds it at once
  bool hint_is_stale = false;                    ///< it was found, but not by its hint

  void add_cost_of(const Search& other) {
    seconds += other.seconds;
    rlimit += other.rlimit;
  }
};

/// The limits, with no more of the solver's resources than that.
Limits at_most(Limits limits, unsigned rlimit);

/// Says why it does not take a legal state, or nothing if it does.
using Accept = std::function<std::string(const ModelState&)>;

/// Looks for a state in which the condition holds and every invariant holds at every place. A model that
/// is not legal adds the invariants it violates to the facts, and the solver is asked again. The limits are those of
/// the search as a whole. A state that is for a goal, by its name, is first looked for where a hint says.
Search find_legal(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                  const Accept& accept, const std::string& goal = {});

/// The same among states of which the condition leaves little open: the first that comes will do, or one near it.
Search find_legal_near(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                       const Accept& accept);

/// What a search for a counterexample, a state in which the negation holds, says of the obligation that there is none.
/// Where the solvers that are chosen are not Z3 alone, the others are asked too before it is proved.
void settle_counterexample(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                           const Search& search);
/// What a search for a witness says of the obligation that there is one.
void settle_witness(Obligation& goal, const Search& search);

}  // namespace bulkhead::refine
