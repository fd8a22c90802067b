#include "refine/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "model/json.hpp"

namespace bulkhead::refine {
namespace {

/// Places in the list of a session's facts.
using Facts = std::vector<size_t>;

constexpr unsigned with_hint = 2'000'000;
/// A goal that takes less is not worth a hint.
constexpr uint64_t hard = 250'000;
/// How often what is needed is asked for, each time of what was needed the time before.
constexpr unsigned rounds = 4;

std::vector<std::string> names_of_facts(const Session& session) {
  std::map<std::string_view, size_t> count;
  std::vector<std::string> names;
  for (const std::string_view origin : session.origins()) {
    names.push_back(fmt::format("{}:{}", origin, ++count[origin]));
  }
  return names;
}

/// Where the facts of a hint are; those that are gone are left out.
Facts places_of(const Session& session, const Hint& hint) {
  const std::vector<std::string> names = names_of_facts(session);
  Facts facts;
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(hint.begin(), hint.end(), names[i]) != hint.end()) { facts.push_back(i); }
  }
  return facts;
}

/// Of facts those that a contradiction to the condition needs; nothing if none is found.
std::optional<Facts> needed(Session& session, const Limits& limits, const SymBool& condition, const Facts& facts) {
  z3::solver solver = bounded_solver(session, limits, limits.rlimit);
  solver.add(session.expr(session.path_condition()));
  solver.add(session.expr(condition));
  z3::expr_vector guards(session.context());
  for (const size_t i : facts) {
    guards.push_back(session.context().bool_const(fmt::format("fact!{}", i).c_str()));
    solver.add(z3::implies(guards.back(), session.expr(session.facts()[i])));
  }
  if (solver.check(guards) != z3::unsat) { return std::nullopt; }
  Facts found;
  for (const size_t i : positions(solver.unsat_core(), guards)) { found.push_back(facts[i]); }
  return found;
}

Answer ask_with(Session& session, const Limits& limits, const SymBool& condition, const Facts& facts) {
  std::vector<SymBool> told;
  for (const size_t i : facts) { told.push_back(session.facts()[i]); }
  return ask_from(session, limits, with_hint, condition, told);
}

}  // namespace

Answer ask_hinted(Session& session, const Limits& limits, const SymBool& condition, const Hint& hint) {
  Facts facts = places_of(session, hint);
  if (facts.size() < hint.size() && session.deepen()) { facts = places_of(session, hint); }
  return ask_with(session, limits, condition, facts);
}

Hint find_hint(Session& session, const Limits& limits, const SymBool& condition, const Answer& answer) {
  Hint hint;
  if (answer.rlimit < hard) { return hint; }
  Facts facts(session.facts().size());
  std::iota(facts.begin(), facts.end(), 0);
  uint64_t least = answer.rlimit;
  Limits reseeded = limits;
  for (unsigned round = 0; round < rounds; ++round, ++reseeded.seed) {
    const auto fewer = needed(session, reseeded, condition, facts);
    if (!fewer) { continue; }
    facts = *fewer;
    const Answer from_few = ask_with(session, limits, condition, facts);
    if (from_few.result != z3::unsat || from_few.rlimit >= least) { continue; }
    least = from_few.rlimit;
    const std::vector<std::string> names = names_of_facts(session);
    hint.clear();
    for (const size_t i : facts) { hint.push_back(names[i]); }
  }
  return hint;
}

const Hint* hint_for(const Limits& limits, const std::string& goal) {
  const Hints& hints = *limits.judging.hints;
  const auto hint = hints.find(goal);
  return hint == hints.end() ? nullptr : &hint->second;
}

Hint hint_of(const Session& session, size_t applications, const ModelState& state) {
  Hint hint;
  for (size_t i = 0; i < applications; ++i) {
    hint.push_back(fmt::format("{:#x}", state.evaluate(session.applications()[i].result)));
  }
  return hint;
}

SymBool as_hinted(const Session& session, const Hint& hint) {
  if (hint.size() > session.applications().size()) { return false; }
  SymBool all = true;
  for (size_t i = 0; i < hint.size(); ++i) {
    const SymBits& result = session.applications()[i].result;
    const auto value = json::hexadecimal(hint[i]);
    all = all & (value ? Symbolic::equal(result, SymBits::of_constant(*value, result.width()), {}) : SymBool(false));
  }
  return all;
}

}  // namespace bulkhead::refine
