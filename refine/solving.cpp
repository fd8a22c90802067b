#include "refine/solving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;

constexpr unsigned max_rounds = 40;

uint64_t resources_used(z3::solver& solver) {
  const z3::stats statistics = solver.statistics();
  for (unsigned i = 0; i < statistics.size(); ++i) {
    if (statistics.key(i) == "rlimit count") { return statistics.uint_value(i); }
  }
  return 0;
}

template <class Tag>
Value<S, Tag> constant(Value<C, Tag> value) { return Value<S, Tag>(raw(value)); }

Place<S> constant(const Place<C>& place) {
  return {constant(place.frame), constant(place.index), constant(place.compartment), constant(place.cpu)};
}

/// Adds the violated invariants, as instances at the places of the model.
void learn(Session& session, const PreState& pre, const std::vector<ModelState::Violation>& violations) {
  for (const ModelState::Violation& violation : violations) {
    const Invariant<S>& invariant = invariants<S>()[violation.invariant];
    session.assume(session.quietly([&] { return invariant.holds(pre.view(), constant(violation.place)); }));
  }
}

/// Keys at a site, each once.
std::vector<SymBits> keys_at(Site site, const std::vector<Read>& reads) {
  std::vector<SymBits> keys;
  for (const Read& read : reads) {
    const auto is_key = [&read](const SymBits& key) { return same(key, read.first); };
    if (read.site == site && std::none_of(keys.begin(), keys.end(), is_key)) { keys.push_back(read.first); }
  }
  return keys;
}

SymBool is_one_of(const SymBits& key, const std::vector<SymBits>& keys) {
  SymBool found = false;
  for (const SymBits& other : keys) { found = found | S::equal(key, other, {}); }
  return found;
}

/// Restricts the search to small states: what was read too deep to be followed is a place that was
/// followed, or as quiet as can be. That excludes legal states but makes none legal.
void keep_small(Session& session, const PreState& pre) {
  session.quietly([&] {
    const std::vector<Read> entries = session.unfollowed();
    for (const Read& read : entries) {
      if (read.site != Site::entry) { continue; }
      pre.assume_at(About::entry, {.frame = Frame<S>::from_bits(read.first), .index = Index<S>::from_bits(read.second)});
    }
    const auto ids = keys_at(Site::compartment, session.reads());
    for (const SymBits& id : keys_at(Site::compartment, session.unfollowed())) {
      const auto free = pre.engine().compartments.state.get(CompartmentId<S>::from_bits(id)) == CompartmentState::free;
      session.assume(is_one_of(id, ids) | free);
    }
    const auto frames = keys_at(Site::frame, session.reads());
    for (const SymBits& frame : keys_at(Site::frame, session.unfollowed())) {
      const auto f = Frame<S>::from_bits(frame);
      const auto state = pre.engine().frames.state.get(f);
      const auto fixed = (state == FrameState::device) | (state == FrameState::engine);
      const auto owner = pre.engine().frames.owner.get(f) == CompartmentId<S>(0);
      const auto boot = pre.engine().platform.state_at_boot(f) == state;
      session.assume(is_one_of(frame, frames) | (fixed & owner & boot));
    }
    return true;
  });
}

}  // namespace

Answer ask(Session& session, const Limits& limits, const SymBool& condition) {
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
  answer.result = solver.check();
  if (answer.result == z3::sat) { answer.model = solver.get_model(); }
  if (answer.result == z3::unknown) { answer.reason = solver.reason_unknown(); }
  const uint64_t after = resources_used(solver);
  solver.pop();
  answer.rlimit = after - before;
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return answer;
}

Search find_legal(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                  const std::function<std::string(ModelState)>& accept) {
  Search search;
  const Session::Scope scope(session);
  keep_small(session, pre);
  for (unsigned round = 0; round < max_rounds; ++round) {
    const Answer answer = ask(session, limits, condition);
    search.seconds += answer.seconds;
    search.rlimit += answer.rlimit;
    if (answer.result == z3::unsat) {
      search.outcome = Search::Outcome::impossible;
      search.reason = "no small legal state";
      return search;
    }
    if (answer.result == z3::unknown) {
      search.reason = answer.reason;
      return search;
    }
    size_t learned = session.facts().size();
    for (const auto filler : {ModelState::Filler::empty, ModelState::Filler::as_first}) {
      const ModelState state(session, *answer.model, filler);
      const auto violations = state.violations();
      if (!violations.empty()) {
        search.reason = fmt::format("a model violates {}", invariants<C>()[violations.front().invariant].name);
        learn(session, pre, violations);
        continue;
      }
      search.reason = accept(state);
      if (search.reason.empty()) {
        search.outcome = Search::Outcome::found;
        return search;
      }
    }
    if (learned == session.facts().size()) { return search; }
  }
  search.reason = fmt::format("no legal state in {} rounds; {}", max_rounds, search.reason);
  return search;
}

}  // namespace bulkhead::refine
