#include "refine/legal_search.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/constants.hpp"
#include "refine/few_vcpus.hpp"
#include "refine/hints.hpp"
#include "refine/second_opinion.hpp"
#include "refine/small_world.hpp"
#include "refine/wishes.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;

constexpr unsigned max_rounds = 24;

// What is spent on each kind of search before the next: most states that there are take little.
constexpr unsigned at_first = 8'000'000;
constexpr unsigned in_small_world = 16'000'000;
constexpr unsigned with_hint = 2'000'000;
/// A state that takes less to find is not worth a hint.
constexpr uint64_t hard = 100'000;

Place<S> constant_place(const Place<C>& place) {
  return {constant(place.frame), constant(place.index), constant(place.compartment),
          constant(place.vcpu),  constant(place.cpu),   constant(place.page)};
}

/// One search for a state, by whatever narrows the states down.
class Hunt {
 public:
  Hunt(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition, const Accept& accept)
      : session_(session), pre_(pre), limits_(limits), condition_(condition), accept_(accept) {}

  /// Among all states, those without much in them first. Only this may find that there is none.
  Search by_wishes() { return by_wishes(Wishes::Sharing::possible); }

  /// Among those in which no compartment shares a page with the host, in the same order.
  Search without_sharing() {
    Search search = by_wishes(Wishes::Sharing::excluded);
    if (search.outcome == Search::Outcome::impossible) {
      search.outcome = Search::Outcome::unknown;
      search.reason = "no legal state without shared pages";
      search.contradiction.reset();
    }
    return search;
  }

  Search in_small_world() {
    const Session::Scope scope(session_);
    SmallWorld world(session_, pre_);
    return by_asking([&world] { world.close(); }, "no small legal state");
  }

  /// Among those with few vCPUs, in no order: where little is left to find.
  Search anywhere() {
    const Session::Scope scope(session_);
    FewVcpus vcpus(session_, pre_);
    return by_asking([&vcpus] { vcpus.close(); }, "no legal state near one that is known");
  }

 private:
  /// What one completion of a model misses, if anything.
  struct Attempt {
    ModelState state;
    std::vector<SmallState::Violation> violations;
  };

  Search by_wishes(Wishes::Sharing sharing) {
    const Session::Scope scope(session_);
    Wishes wishes(session_, pre_, sharing);
    for (unsigned round = 0; round < max_rounds; ++round) {
      wishes.make();
      const Answer answer =
          wishes.all().empty() ? ask(session_, left(), condition_) : find(session_, left(), condition_, wishes.all());
      note(answer);
      if (answer.result == z3::unknown) { return search_; }
      if (answer.result == z3::unsat && answer.core.empty()) { return nothing_possible(); }
      if (answer.result == z3::unsat) {
        wishes.give_up(answer.core);
      } else if (!goes_on(*answer.model, &wishes)) {
        return search_;
      }
    }
    search_.reason = fmt::format("no legal state in {} rounds; {}", max_rounds, search_.reason);
    return search_;
  }

  template <class Prepare>
  Search by_asking(const Prepare& prepare, const std::string& if_none) {
    for (unsigned round = 0; round < max_rounds; ++round) {
      prepare();
      const Answer answer = find(session_, left(), condition_);
      note(answer);
      if (answer.result == z3::unsat) { search_.reason = if_none; }
      if (answer.result != z3::sat || !goes_on(*answer.model, nullptr)) { break; }
    }
    return search_;
  }

  Limits left() const {
    Limits left = limits_;
    left.rlimit -= static_cast<unsigned>(std::min<uint64_t>(search_.rlimit, limits_.rlimit - 1));
    return left;
  }
  void note(const Answer& answer) {
    search_.seconds += answer.seconds;
    search_.rlimit += answer.rlimit;
    if (answer.result == z3::unknown) { search_.reason = answer.reason; }
  }
  Search nothing_possible() {
    search_.outcome = Search::Outcome::impossible;
    search_.reason = "no legal state";
    search_.contradiction = session_.solver().assertions();
    search_.contradiction->push_back(session_.expr(condition_));
    return search_;
  }

  /// Tries a model. Whether another one may be better, since something was learned; otherwise the search is over.
  bool goes_on(const z3::model& model, const Wishes* wishes) {
    const size_t before = session_.facts().size();
    if (is_taken(model, wishes)) { search_.outcome = Search::Outcome::found; }
    return search_.outcome != Search::Outcome::found && session_.facts().size() != before;
  }
  /// Tries the completions of a model. A table is filled as a run where the state is legal without that, but is not
  /// what was looked for. Only then is anything learned: the model says nothing of facts that come after it.
  bool is_taken(const z3::model& model, const Wishes* wishes) {
    std::vector<Attempt> failed;
    bool was_legal = false;
    for (const auto filler : {ModelState::Filler::empty, ModelState::Filler::as_first, ModelState::Filler::as_run}) {
      if (filler == ModelState::Filler::as_run && !was_legal) { break; }
      const ModelState state(session_, model, filler);
      const auto violations = state.small().violations();
      if (violations.empty()) {
        was_legal = true;
        search_.reason = accept_(state);
        if (search_.reason.empty()) { return true; }
      } else {
        search_.reason = fmt::format("a model violates {}", invariants<C>()[violations.front().invariant].name);
      }
      failed.push_back({state, violations});
    }
    for (const Attempt& attempt : failed) { learn(attempt, wishes); }
    return false;
  }
  /// Adds violated invariants, as instances at the places of the model; of a state that is legal, what a model has
  /// wrong of the host's tables.
  void learn(const Attempt& attempt, const Wishes* wishes) {
    for (const SmallState::Violation& violation : attempt.violations) {
      const Invariant<S>& invariant = invariants<S>()[violation.invariant];
      const Place<C>& place = violation.place;
      session_.assume(session_.quietly([&] { return invariant.holds(pre_.view(), constant_place(place)); }));
      if (place.page != Page<C>(0) && wishes != nullptr) { wishes->assume_in_block(attempt.state, place); }
    }
    if (!attempt.violations.empty()) { return; }
    for (const uint64_t frame : attempt.state.corrected()) { pre_.assume_host_map(Frame<S>(frame)); }
  }

  Session& session_;
  const PreState& pre_;
  const Limits limits_;
  const SymBool& condition_;
  const Accept& accept_;
  Search search_;
};

}  // namespace

Limits at_most(Limits limits, unsigned rlimit) {
  limits.rlimit = std::min(limits.rlimit, rlimit);
  return limits;
}

Search find_legal_near(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                       const Accept& accept) {
  return Hunt(session, pre, limits, condition, accept).anywhere();
}

namespace {

Search find_without_hint(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                         const Accept& accept) {
  Search total;
  const auto is_settled_by = [&](Search search) {
    search.add_cost_of(total);
    total = std::move(search);
    return total.outcome != Search::Outcome::unknown || total.rlimit >= limits.rlimit;
  };
  const auto hunt = [&](unsigned rlimit) { return Hunt(session, pre, at_most(limits, rlimit), condition, accept); };
  // Few states need shared pages, and without them most are sooner found.
  if (is_settled_by(hunt(std::min(at_first, limits.rlimit / 2 + 1)).without_sharing())) { return total; }
  if (is_settled_by(hunt(at_first).by_wishes())) { return total; }
  if (is_settled_by(hunt(in_small_world).in_small_world())) { return total; }
  is_settled_by(hunt(limits.rlimit).by_wishes());
  return total;
}

Search find_as_hinted(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                      const Accept& accept, const Hint& hint) {
  return find_legal_near(session, pre, at_most(limits, with_hint), condition & as_hinted(session, hint), accept);
}

/// Looks without a hint. The state that is found is kept as one, if with it a state is found at less expense.
Search find_and_keep_hint(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                          const Accept& accept) {
  const size_t applications = session.applications().size();
  Hint hint;
  Search search = find_without_hint(session, pre, limits, condition, [&](const ModelState& state) {
    std::string why = accept(state);
    if (why.empty()) { hint = hint_of(session, applications, state); }
    return why;
  });
  if (search.outcome != Search::Outcome::found || search.rlimit < hard) { return search; }
  const Search again = find_as_hinted(session, pre, limits, condition, accept, hint);
  if (again.outcome == Search::Outcome::found && again.rlimit < search.rlimit) { search.hint = std::move(hint); }
  return search;
}

}  // namespace

Search find_legal(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                  const Accept& accept, const std::string& goal) {
  const bool keeps = limits.judging.finds_hints && !goal.empty();
  const auto find_anew = [&] {
    return keeps ? find_and_keep_hint(session, pre, limits, condition, accept)
                 : find_without_hint(session, pre, limits, condition, accept);
  };
  const Hint* hint = hint_for(limits, goal);
  if (hint == nullptr) { return find_anew(); }
  Search hinted = find_as_hinted(session, pre, limits, condition, accept, *hint);
  if (hinted.outcome == Search::Outcome::found) {
    if (keeps) { hinted.hint = *hint; }
    return hinted;
  }
  Search search = find_anew();
  search.hint_is_stale = search.outcome == Search::Outcome::found;
  search.add_cost_of(hinted);
  return search;
}

namespace {

/// Notes what a search used, and the verdict that its outcome means.
void settle(Obligation& goal, const Search& search, Verdict if_found, Verdict if_impossible) {
  goal.seconds += search.seconds;
  goal.rlimit += search.rlimit;
  goal.detail = search.reason;
  switch (search.outcome) {
    case Search::Outcome::found:
      goal.verdict = if_found;
      break;
    case Search::Outcome::impossible:
      goal.verdict = if_impossible;
      break;
    case Search::Outcome::unknown:
      goal.verdict = Verdict::unknown;
      break;
  }
}

}  // namespace

void settle_counterexample(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                           const Search& search) {
  settle(goal, search, Verdict::refuted, Verdict::proved);
  if (search.outcome == Search::Outcome::impossible) {
    confirm(session, limits, goal, negation, *search.contradiction);
  }
}

void settle_witness(Obligation& goal, const Search& search) {
  settle(goal, search, Verdict::proved, Verdict::refuted);
  goal.hint = search.hint;
  goal.hint_is_stale = search.hint_is_stale;
}

}  // namespace bulkhead::refine
