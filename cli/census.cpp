#include "cli/census.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/embedded.hpp"
#include "model/error.hpp"
#include "model/input.hpp"

namespace bulkhead::cli {
namespace {

constexpr std::string_view expected = "expected a name theorem/call/path/conjunct";

/// The parts of a name between its slashes.
std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    parts.push_back(name.substr(0, slash));
    name.remove_prefix(slash + 1);
  }
  parts.push_back(name);
  return parts;
}

void check_line(std::string_view line, const Place& place) {
  if (line.empty()) { throw Error(place, fmt::format("blank line; {}", expected)); }
  if (!is_goal_name(line)) { throw Error(place, fmt::format("{}; {}", printable(line), expected)); }
}

/// The goals of a run, in order, without those that stand for a failure of the run itself.
GoalNames names_in(const refine::Proof& proof) {
  GoalNames names;
  for (const refine::Part& part : proof.parts) {
    for (const refine::Obligation& goal : part.obligations) {
      if (goal.theorem != "fault") { names.push_back(goal.name()); }
    }
  }
  return names;
}

GoalNames without(const GoalNames& names, const GoalNames& others) {
  const std::set<std::string_view> known(others.begin(), others.end());
  GoalNames left;
  std::copy_if(names.begin(), names.end(), std::back_inserter(left),
               [&](const std::string& name) { return known.count(name) == 0; });
  return left;
}

}  // namespace

bool is_selected(std::string_view name, const refine::ProofOptions& options) {
  const auto parts = parts_of(name);
  const auto& theorems = options.theorems;
  const bool is_wanted = theorems.empty() || std::find(theorems.begin(), theorems.end(), parts[0]) != theorems.end();
  const auto is_about = [&](Call call) { return name_of(call) == parts[1]; };
  return is_wanted && (options.calls.empty() || std::any_of(options.calls.begin(), options.calls.end(), is_about));
}

bool is_goal_name(std::string_view text) {
  const auto parts = parts_of(text);
  const auto is_printed = [](char c) { return c > ' ' && c < 0x7F; };
  return parts.size() == 4 && std::none_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); }) &&
         std::all_of(text.begin(), text.end(), is_printed);
}

std::string_view built_in_census() { return embedded("corpus/census.txt"); }

GoalNames goal_names(std::istream& in, const std::string& file) {
  GoalNames names;
  std::set<std::string, std::less<>> seen;
  LineReader lines(in, file);
  for (std::string_view line; lines.next(line);) {
    const Place place{file, lines.line()};
    check_line(line, place);
    if (!seen.emplace(line).second) { throw Error(place, fmt::format("{} stands here twice", line)); }
    names.emplace_back(line);
  }
  if (names.empty()) { throw Error({file}, fmt::format("empty; {} a line", expected)); }
  return names;
}

GoalNames read_census(const std::string& path) {
  if (!path.empty()) { return goal_names(*open_file(path), path); }
  std::istringstream built_in{std::string(built_in_census())};
  return goal_names(built_in, "corpus/census.txt");
}

CensusCheck compare(const GoalNames& list, const refine::Proof& proof, const refine::ProofOptions& options) {
  GoalNames locked;
  std::copy_if(list.begin(), list.end(), std::back_inserter(locked),
               [&](const std::string& name) { return is_selected(name, options); });
  const GoalNames found = names_in(proof);
  return {locked.size(), without(locked, found), without(found, locked)};
}

}  // namespace bulkhead::cli
