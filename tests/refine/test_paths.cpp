#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "refine/call_proof.hpp"
#include "refine/paths.hpp"
#include "tests/catch.hpp"

/// Every path that exploration finds is one that a legal state takes, on the concrete engine.
namespace bulkhead::refine {
namespace {

constexpr size_t most_paths = 64;

/// What exploration came to for one call.
struct Explored {
  size_t paths = 0;
  std::vector<Obligation> goals;
};

Explored explore(Call call) {
  const auto reachable_only = [](const std::string& theorem) { return theorem == "nonvacuity"; };
  CallProof proof(call, Limits{}, reachable_only, false);
  proof.run();
  return {proof.paths(), proof.obligations()};
}

/// All calls, by two workers.
std::vector<Explored> explore_all() {
  std::vector<Explored> explored(calls.size());
  std::mutex mutex;
  size_t next = calls.size();
  const auto work = [&] {
    for (;;) {
      size_t mine = 0;
      {
        const std::lock_guard guard(mutex);
        if (next == 0) { return; }
        mine = --next;
      }
      explored[mine] = explore(calls[mine].call);
    }
  };
  std::thread other(work);
  work();
  other.join();
  return explored;
}

TEST_CASE("every path has a legal state from which the concrete engine takes that very path") {
  const std::vector<Explored> explored = explore_all();
  for (const CallRow& row : calls) {
    const Explored& of_call = explored[static_cast<size_t>(row.call)];
    fmt::print("{:20} {:2} paths\n", row.name, of_call.paths);
    INFO(row.name);
    CHECK(of_call.paths >= 1);
    CHECK(of_call.paths <= most_paths);
    const auto is_of_path = [](const Obligation& goal) { return goal.conjunct == "reachable"; };
    CHECK(std::count_if(of_call.goals.begin(), of_call.goals.end(), is_of_path) ==
          static_cast<std::ptrdiff_t>(of_call.paths));
    for (const Obligation& goal : of_call.goals) {
      INFO(goal.name() << " is " << name_of(goal.verdict) << ": " << goal.detail);
      CHECK(goal.verdict == Verdict::proved);
    }
  }
}

/// All that is assumed and all that is to be shown on every path of a call, as the solver is told it.
std::vector<std::string> texts_of(Call call) {
  Session session;
  std::vector<std::string> texts;
  for_each_path(session, [&] {
    const Path path(session, call);
    apply_rule(*path.step);
    for (const Statement& statement : statements_about(*path.step)) {
      session.solver().add(session.expr(statement.holds(*path.step, path.point)));
    }
    texts.push_back(session.solver().to_smt2());
  });
  return texts;
}

TEST_CASE("the goals of a call are the same text on every run") {
  for (const CallRow& row : calls) {
    INFO(row.name);
    const std::vector<std::string> first = texts_of(row.call);
    CHECK_FALSE(first.empty());
    CHECK((first == texts_of(row.call)));
  }
}

}  // namespace
}  // namespace bulkhead::refine
