#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "refine/call_proof.hpp"
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

}  // namespace
}  // namespace bulkhead::refine
