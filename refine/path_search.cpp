#include "refine/path_search.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// A search near a state that was found before is given up early: most end at once.
constexpr unsigned near_rlimit = 1'000'000;
/// How many states of a path are tried, the last ones first.
constexpr size_t near_states = 2;
/// What searches for counterexamples may use for a theorem once a goal of the call is refuted.
constexpr uint64_t enough_rlimit = 12'000'000;

/// Effects of a symbolic run, with the values that a model gives them, against those of a run on constants.
bool same_effects(const ModelState& state, const std::vector<hw::Effect<S>>& any,
                  const std::vector<hw::Effect<S>>& constants) {
  if (any.size() != constants.size()) { return false; }
  for (size_t i = 0; i < any.size(); ++i) {
    const auto& a = any[i];
    const auto& b = constants[i];
    const auto same_value = [&state](const SymBits& x, const SymBits& y) { return state.evaluate(x) == y.constant(); };
    if (a.kind != b.kind || a.step != b.step || a.barrier != b.barrier || a.tlbi != b.tlbi || a.reg != b.reg ||
        !same_value(a.frame.bits(), b.frame.bits()) || !same_value(a.index.bits(), b.index.bits()) ||
        !same_value(a.value.bits(), b.value.bits()) || !same_value(a.source.bits(), b.source.bits())) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string departure(const ModelState& state, const Path& path, const Rerun& rerun) {
  if (rerun.step == nullptr) { return fmt::format("the engine fails: {}", rerun.failed_belief); }
  if (rerun.step->result.status != path.step->result.status) { return "a model takes another path"; }
  if (!same_effects(state, path.step->effects, rerun.effects.effects())) { return "a model has other effects"; }
  return "";
}

/// That the state before the path, and its arguments, are those of a model as far as the path read them. The point is
/// left to find.
SymBool PathSearch::agrees_with(const ModelState& state, const Path& path) const {
  SymBool all = true;
  const auto agrees = [&](const SymBits& bits) {
    all = all & S::equal(bits, SymBits::of_constant(state.evaluate(bits), bits.width()), {});
  };
  for (size_t i = 0; i < path.applications; ++i) {
    const Application& application = session_.applications()[i];
    if (Point::has(application)) { continue; }
    for (const SymBits& argument : application.arguments) { agrees(argument); }
    agrees(application.result);
  }
  return all;
}

/// First among the states that agree with one found before, where often only the point is left to find, then among
/// all, for which it may use `rlimit`.
Search PathSearch::search(Path& path, unsigned rlimit, const SymBool& condition, const Accept& accept,
                          const std::string& goal) {
  const Accept remember = [&](const ModelState& state) {
    std::string why = accept(state);
    if (why.empty()) { path.states.push_back(agrees_with(state, path)); }
    return why;
  };
  Search total;
  const auto is_found_by = [&total](Search more) {
    more.add_cost_of(total);
    total = std::move(more);
    return total.outcome == Search::Outcome::found;
  };
  const std::vector<SymBool> states = path.states;
  for (size_t i = 0; i < std::min(states.size(), near_states); ++i) {
    const SymBool near = condition & states[states.size() - 1 - i];
    if (is_found_by(find_legal_near(session_, path.pre, at_most(limits_, near_rlimit), near, remember))) {
      return total;
    }
  }
  total.outcome = Search::Outcome::unknown;
  if (rlimit != 0) { is_found_by(find_legal(session_, path.pre, at_most(limits_, rlimit), condition, remember, goal)); }
  return total;
}

Search PathSearch::counterexample(Path& path, const std::string& theorem, unsigned most, const SymBool& condition,
                                  const Judge& judge) {
  uint64_t& searched = searched_[theorem];
  const uint64_t left = enough_rlimit - std::min(searched, enough_rlimit);
  const uint64_t rlimit = has_refuted() ? left : most;
  const auto bound = static_cast<unsigned>(std::min<uint64_t>(limits_.rlimit, rlimit));
  Search result = search(path, bound, condition, [&](const ModelState& state) {
    const Rerun rerun(state, path.call, path.cpu, path.arguments);
    return judge(rerun, evaluate_point(state, path.point));
  });
  searched += result.rlimit;
  if (result.outcome == Search::Outcome::unknown && has_refuted()) {
    result.reason = "not searched to the end: enough of this call is refuted";
  }
  if (result.outcome == Search::Outcome::found) { ++refuted_; }
  return result;
}

Search PathSearch::witness(Path& path, const SymBool& condition, const std::function<void(const Step&)>& seen,
                           const std::string& goal) {
  const Accept takes_path = [&](const ModelState& state) -> std::string {
    const Rerun rerun(state, path.call, path.cpu, path.arguments);
    std::string why = departure(state, path, rerun);
    if (why.empty()) { why = rerun.difference_from_concrete(); }
    if (why.empty()) { seen(*rerun.step); }
    return why;
  };
  return search(path, limits_.rlimit, condition, takes_path, goal);
}

}  // namespace bulkhead::refine
