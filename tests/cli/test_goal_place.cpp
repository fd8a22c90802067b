#include "cli/goal_place.hpp"

#include <cstdlib>
#include <filesystem>

#include "model/calls.hpp"
#include "tests/catch.hpp"

namespace bulkhead::test {
namespace {

using refine::PathStep;

refine::Obligation goal_with(std::vector<PathStep> path) {
  refine::Obligation goal;
  goal.theorem = "contract";
  goal.call = "page_map";
  goal.counterexample.emplace_back().made.emplace().path = std::move(path);
  return goal;
}

std::string where(const refine::Obligation& goal) {
  const cli::GoalPlace place = cli::place_of(goal);
  return place.file + ":" + std::to_string(place.line);
}

TEST_CASE("a goal is settled at the last decision of the handler") {
  const PathStep early{"impl/page_map.hpp", 20, true};
  const PathStep late{"impl/page_map.hpp", 30, false};
  const PathStep helper{"impl/tables.hpp", 40, true};
  CHECK(where(goal_with({early, late, helper})) == "impl/page_map.hpp:30");
  CHECK(where(goal_with({helper, early})) == "impl/page_map.hpp:20");
  CHECK(where(goal_with({helper, {"impl/page_map.hpp", 0, true}})) == "impl/tables.hpp:40");
  CHECK(where(goal_with({{"/usr/include/z3++.h", 7, true}, {"", 0, true}})) == "impl/page_map.hpp:1");
  CHECK(where(goal_with({})) == "impl/page_map.hpp:1");
}

TEST_CASE("every goal has a file that is there") {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  const std::filesystem::path root(source == nullptr ? "." : source);
  const auto exists = [&](const std::string& theorem, const std::string& call) {
    refine::Obligation goal;
    goal.theorem = theorem;
    goal.call = call;
    return std::filesystem::is_regular_file(root / cli::place_of(goal).file);
  };
  for (const CallRow& row : calls) { CHECK(exists("safety", std::string(row.name))); }
  for (const std::string subject : {"initial", "walk", "premises"}) { CHECK(exists("fault", subject)); }
  CHECK(exists("initial", "boot"));
  CHECK(exists("walk", "host"));
  CHECK(exists("nonvacuity", "invariants"));
}

}  // namespace
}  // namespace bulkhead::test
