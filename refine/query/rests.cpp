#include "refine/query/rests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "refine/goal_facts.hpp"

namespace bulkhead::refine::query {
namespace {

using Clock = std::chrono::steady_clock;

using Switches = std::map<std::string, z3::expr>;

/// Tells the solver all facts, each under the switch of its origin.
Switches add_facts(Session& session, z3::solver& solver) {
  Switches switches;
  for (size_t i = 0; i < session.facts().size(); ++i) {
    const z3::expr fact = session.expr(session.facts()[i]);
    const std::string from(session.origins()[i]);
    if (from.empty()) {
      solver.add(fact);
      continue;
    }
    const auto name = "origin!" + from;
    const auto [at, is_new] = switches.try_emplace(from, session.context().bool_const(name.c_str()));
    solver.add(z3::implies(at->second, fact));
  }
  return switches;
}

std::set<std::string> origins_in(const z3::expr_vector& core, const Switches& switches) {
  std::set<std::string> origins;
  for (const auto& [name, flag] : switches) {
    for (unsigned i = 0; i < core.size(); ++i) {
      if (z3::eq(core[static_cast<int>(i)], flag)) { origins.insert(name); }
    }
  }
  return origins;
}

}  // namespace

Reasoned ask_why(Session& session, const Limits& limits, const SymBool& condition) {
  Reasoned reasoned;
  const auto start = Clock::now();
  z3::solver solver = bounded_solver(session, limits, limits.rlimit);
  const Switches switches = add_facts(session, solver);
  solver.add(session.expr(session.path_condition()));
  solver.add(session.expr(condition));
  z3::expr_vector on(session.context());
  for (const auto& [name, flag] : switches) { on.push_back(flag); }
  Answer& answer = reasoned.answer;
  const uint64_t before = resources_used(solver);
  answer.result = solver.check(on);
  if (answer.result == z3::unsat) { reasoned.origins = origins_in(solver.unsat_core(), switches); }
  if (answer.result == z3::unknown) { answer.reason = solver.reason_unknown(); }
  answer.rlimit = resources_used(solver) - before;
  answer.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return reasoned;
}

std::set<std::string> all_origins(const Session& session) {
  std::set<std::string> origins;
  for (const std::string_view from : session.origins()) {
    if (!from.empty()) { origins.emplace(from); }
  }
  return origins;
}

namespace {

/// One pattern for all invariants where all of them are there.
void add_invariants(std::set<std::string> names, std::vector<std::string>& goals) {
  const auto& all = invariants<Symbolic>();
  const auto is_there = [&names](const auto& invariant) { return names.contains(std::string(invariant.name)); };
  if (std::all_of(all.begin(), all.end(), is_there)) { names = {"*"}; }
  for (const std::string& name : names) {
    goals.push_back("initial/boot/invariant/" + name);
    goals.push_back("invariant/*/*/" + name);
  }
}

}  // namespace

std::vector<std::string> goals_of(const std::set<std::string>& origins) {
  const std::map<std::string_view, std::string> others = {{boot_layout, "initial/boot/layout/*"},
                                                          {origin::found, "walk/compartment/leaf/found"},
                                                          {origin::sound, "walk/compartment/*/sound"},
                                                          {from_walk_complete, "walk/compartment/*/complete"}};
  std::vector<std::string> goals;
  std::set<std::string> names;
  for (const std::string& from : origins) {
    const auto other = others.find(from);
    if (other == others.end()) {
      names.insert(from);
    } else {
      goals.push_back(other->second);
    }
  }
  add_invariants(std::move(names), goals);
  return goals;
}

std::vector<std::string> goals_of_step(const std::vector<Call>& of) {
  std::vector<std::string> goals;
  for (const std::string_view theorem : {"contract", "footprint", "refinement"}) {
    if (of.size() == calls.size()) {
      goals.push_back(fmt::format("{}/*", theorem));
      continue;
    }
    for (const Call call : of) { goals.push_back(fmt::format("{}/{}/*", theorem, bulkhead::name_of(call))); }
  }
  return goals;
}

}  // namespace bulkhead::refine::query
