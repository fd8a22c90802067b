#include "refine/solving.hpp"

#include <algorithm>
#include <chrono>
#include <span>

namespace bulkhead::refine {
namespace {

// How long an attempt lasts. Times of a goal vary tenfold with the seed, and few seeds are unlucky: another seed is
// better than more patience.
constexpr unsigned easy = 250'000;
constexpr unsigned afresh[] = {4'000'000, 6'000'000, 12'000'000};
constexpr unsigned to_contradict = 1'000'000;
constexpr unsigned for_state = 10'000'000;
constexpr unsigned of_case[] = {1'500'000, 3'000'000, 3'000'000};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// One attempt to decide what a solver was told.
void attempt(z3::solver& solver, const z3::expr_vector& wishes, Answer& answer) {
  const auto start = std::chrono::steady_clock::now();
  const uint64_t before = resources_used(solver);
  answer.result = solver.check(wishes);
  answer.model.reset();
  if (answer.result == z3::sat) { answer.model = solver.get_model(); }
  answer.reason = answer.result == z3::unknown ? solver.reason_unknown() : "";
  if (answer.result == z3::unsat && !wishes.empty()) { answer.core = positions(solver.unsat_core(), wishes); }
  answer.rlimit += resources_used(solver) - before;
  answer.seconds += seconds_since(start);
}

z3::params bounds(Session& session, const Limits& limits, unsigned rlimit) {
  z3::params parameters(session.context());
  parameters.set("rlimit", std::min(rlimit, limits.rlimit));
  parameters.set("timeout", limits.timeout_seconds * 1000);
  parameters.set("random_seed", limits.seed);
  return parameters;
}

/// Tells the solver of wishes, each behind a guard.
z3::expr_vector guard(Session& session, z3::solver& solver, const std::vector<SymBool>& wishes) {
  z3::expr_vector guards(session.context());
  for (size_t i = 0; i < wishes.size(); ++i) {
    guards.push_back(session.context().bool_const(("wish!" + std::to_string(i)).c_str()));
    solver.add(z3::implies(guards.back(), session.expr(wishes[i])));
  }
  return guards;
}

/// A solver of its own, which simplifies all it was told before it searches.
void ask_afresh(Session& session, const Limits& limits, unsigned rlimit, const SymBool& condition, Answer& answer,
                const std::vector<SymBool>& wishes = {}) {
  z3::solver solver = bounded_solver(session, limits, rlimit);
  for (const z3::expr& assertion : session.solver().assertions()) { solver.add(assertion); }
  solver.add(session.expr(condition));
  attempt(solver, guard(session, solver, wishes), answer);
}

/// The session's own solver, which goes on from what it was told before.
void ask_incrementally(Session& session, const Limits& limits, unsigned rlimit, const SymBool& condition,
                       const std::vector<SymBool>& wishes, Answer& answer) {
  z3::solver& solver = session.solver();
  solver.set(bounds(session, limits, rlimit));
  solver.push();
  solver.add(session.expr(condition));
  attempt(solver, guard(session, solver, wishes), answer);
  solver.pop();
  solver.set(bounds(session, limits, limits.rlimit));
}

/// One attempt after the other, each with the next seed, until one decides.
void ask_with_seeds(Session& session, const Limits& limits, std::span<const unsigned> attempts,
                    const SymBool& condition, Answer& answer) {
  Limits reseeded = limits;
  answer.result = z3::unknown;
  for (const unsigned rlimit : attempts) {
    if (answer.result == z3::unknown) { ask_afresh(session, reseeded, rlimit, condition, answer); }
    ++reseeded.seed;
  }
}

/// Goes through the cases of the goal, each with a solver of its own, while none is possible.
void ask_by_cases(Session& session, const Limits& limits, const SymBool& condition, Answer& answer) {
  if (session.cases().empty()) { return; }
  std::vector<SymBool> cases = session.cases();
  SymBool none = true;
  for (const SymBool& one : session.cases()) { none = none & !one; }
  cases.push_back(none);
  for (const SymBool& one : cases) {
    ask_with_seeds(session, limits, of_case, condition & one, answer);
    if (answer.result != z3::unsat) { return; }
  }
}

}  // namespace

std::vector<size_t> positions(const z3::expr_vector& some, const z3::expr_vector& all) {
  std::vector<size_t> found;
  for (unsigned i = 0; i < all.size(); ++i) {
    for (unsigned j = 0; j < some.size(); ++j) {
      if (z3::eq(all[static_cast<int>(i)], some[static_cast<int>(j)])) { found.push_back(i); }
    }
  }
  return found;
}

z3::solver bounded_solver(Session& session, const Limits& limits, unsigned rlimit) {
  z3::solver solver(session.context(), "QF_UFBV");
  solver.set(bounds(session, limits, rlimit));
  return solver;
}

uint64_t resources_used(const z3::solver& solver) {
  const z3::stats statistics = solver.statistics();
  for (unsigned i = 0; i < statistics.size(); ++i) {
    if (statistics.key(i) == "rlimit count") { return statistics.uint_value(i); }
  }
  return 0;
}

Answer ask(Session& session, const Limits& limits, const SymBool& condition, const Elsewhere& elsewhere) {
  Answer answer;
  if (condition.is_false()) {
    answer.result = z3::unsat;
    return answer;
  }
  // Most goals need few facts, and the fewer there are the sooner the solver is done. Only where those few do not do is
  // all that was read followed one step further. Resource counts decide, so the choice is repeatable.
  const auto attempts = std::span(afresh);
  ask_incrementally(session, limits, easy, condition, {}, answer);
  if (answer.result == z3::unknown) { ask_by_cases(session, limits, condition, answer); }
  if (answer.result == z3::unknown) { ask_with_seeds(session, limits, attempts.first(1), condition, answer); }
  if (answer.result == z3::unsat) { return answer; }
  if (const auto known = elsewhere ? elsewhere() : std::nullopt) {
    answer.result = *known;
    answer.reason.clear();
    return answer;
  }
  Limits reseeded = limits;
  ++reseeded.seed;
  if (answer.result == z3::unknown) { ask_with_seeds(session, reseeded, attempts.subspan(1), condition, answer); }
  if (answer.result != z3::unsat && session.deepen()) { ask_with_seeds(session, limits, afresh, condition, answer); }
  if (answer.result == z3::unknown) { ask_incrementally(session, limits, limits.rlimit, condition, {}, answer); }
  if (answer.result == z3::unknown) { ask_afresh(session, limits, limits.rlimit, condition, answer); }
  return answer;
}

Answer ask_from(Session& session, const Limits& limits, unsigned rlimit, const SymBool& condition,
                const std::vector<SymBool>& facts) {
  z3::solver solver = bounded_solver(session, limits, rlimit);
  solver.add(session.expr(session.path_condition()));
  for (const SymBool& fact : facts) { solver.add(session.expr(fact)); }
  solver.add(session.expr(condition));
  Answer answer;
  attempt(solver, z3::expr_vector(session.context()), answer);
  return answer;
}

Answer ask_once(Session& session, const Limits& limits, const SymBool& condition) {
  Answer answer;
  ask_incrementally(session, limits, limits.rlimit, condition, {}, answer);
  return answer;
}

Answer find(Session& session, const Limits& limits, const SymBool& condition, const std::vector<SymBool>& wishes) {
  Answer answer;
  Limits left = limits;
  const auto is_open = [&] {
    if (answer.result != z3::unknown || answer.rlimit >= limits.rlimit) { return false; }
    left.rlimit = static_cast<unsigned>(limits.rlimit - answer.rlimit);
    return true;
  };
  ask_incrementally(session, limits, easy, condition, wishes, answer);
  if (is_open()) { ask_afresh(session, left, to_contradict, condition, answer, wishes); }
  for (unsigned rlimit = for_state; is_open(); rlimit *= 2) {
    ask_incrementally(session, left, rlimit, condition, wishes, answer);
    ++left.seed;
    if (is_open()) { ask_afresh(session, left, rlimit, condition, answer, wishes); }
  }
  return answer;
}

}  // namespace bulkhead::refine
