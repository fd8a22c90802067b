#include "refine/solving.hpp"

#include <chrono>

namespace bulkhead::refine {
namespace {

uint64_t resources_used(z3::solver& solver) {
  const z3::stats statistics = solver.statistics();
  for (unsigned i = 0; i < statistics.size(); ++i) {
    if (statistics.key(i) == "rlimit count") { return statistics.uint_value(i); }
  }
  return 0;
}

/// Where the expressions of `some` stand in `all`.
std::vector<size_t> positions(const z3::expr_vector& some, const z3::expr_vector& all) {
  std::vector<size_t> found;
  for (unsigned i = 0; i < all.size(); ++i) {
    for (unsigned j = 0; j < some.size(); ++j) {
      if (z3::eq(all[static_cast<int>(i)], some[static_cast<int>(j)])) { found.push_back(i); }
    }
  }
  return found;
}

}  // namespace

Answer ask(Session& session, const Limits& limits, const SymBool& condition, const std::vector<SymBool>& wishes) {
  Answer answer;
  if (condition.is_false()) {
    answer.result = z3::unsat;
    return answer;
  }
  z3::solver& solver = session.solver();
  z3::params parameters(session.context());
  parameters.set("rlimit", limits.rlimit);
  parameters.set("timeout", limits.timeout_seconds * 1000);
  solver.set(parameters);
  const auto start = std::chrono::steady_clock::now();
  const uint64_t before = resources_used(solver);
  solver.push();
  solver.add(session.expr(condition));
  z3::expr_vector guards(session.context());
  for (size_t i = 0; i < wishes.size(); ++i) {
    guards.push_back(session.context().bool_const(("wish!" + std::to_string(i)).c_str()));
    solver.add(z3::implies(guards.back(), session.expr(wishes[i])));
  }
  answer.result = solver.check(guards);
  if (answer.result == z3::unsat && !wishes.empty()) { answer.core = positions(solver.unsat_core(), guards); }
  if (answer.result == z3::sat) { answer.model = solver.get_model(); }
  if (answer.result == z3::unknown) { answer.reason = solver.reason_unknown(); }
  const uint64_t after = resources_used(solver);
  solver.pop();
  answer.rlimit = after - before;
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return answer;
}

}  // namespace bulkhead::refine
