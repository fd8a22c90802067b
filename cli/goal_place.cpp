#include "cli/goal_place.hpp"

#include <algorithm>

#include "cli/counterexample_rows.hpp"
#include "cli/source_name.hpp"
#include "model/calls.hpp"

namespace bulkhead::cli {
namespace {

/// Within the project: what the compiler brought has an absolute name.
bool is_known(const refine::PathStep& step) {
  const std::string_view name = source_name(step.file);
  return step.line > 0 && !name.empty() && name.front() != '/';
}

std::string file_of(const refine::Obligation& goal) {
  if (call_named(goal.call)) { return "impl/" + goal.call + ".hpp"; }
  if (goal.theorem == "initial" || goal.call == "initial") { return "impl/boot.cpp"; }
  if (goal.theorem == "walk" || goal.call == "walk") { return "hw/walk.hpp"; }
  return "refine/invariants.cpp";
}

}  // namespace

GoalPlace place_of(const refine::Obligation& goal) {
  const std::string file = file_of(goal);
  if (goal.counterexample.empty()) { return {file}; }
  const auto path = path_of(goal.counterexample.front());
  const auto is_own = [&](const refine::PathStep& step) { return is_known(step) && source_name(step.file) == file; };
  auto last = std::find_if(path.rbegin(), path.rend(), is_own);
  if (last == path.rend()) { last = std::find_if(path.rbegin(), path.rend(), is_known); }
  return last == path.rend() ? GoalPlace{file} : GoalPlace{std::string(source_name(last->file)), last->line};
}

}  // namespace bulkhead::cli
