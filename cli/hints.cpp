#include "cli/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/census.hpp"
#include "cli/embedded.hpp"
#include "cli/goals.hpp"
#include "model/error.hpp"
#include "model/input.hpp"
#include "model/json.hpp"

namespace bulkhead::cli {
namespace {

constexpr std::string_view expected =
    "expected a goal and facts, each ORIGIN:NUMBER, or values, each 0x and hexadecimal digits, with a space between";

/// Whether it is the name of a fact: all but the number may be missing.
bool is_fact(std::string_view word) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const size_t colon = word.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == word.size()) { return false; }
  return std::all_of(word.begin() + static_cast<std::ptrdiff_t>(colon) + 1, word.end(), is_digit);
}

/// Whether it is a value, as it is written down: with small letters.
bool is_value(std::string_view word) {
  return json::hexadecimal(word).has_value() && word.find_first_of("ABCDEF") == std::string_view::npos;
}

/// A goal is proved from facts, or shown by a state that has values.
bool is_hint(const refine::Hint& hint) {
  if (hint.empty()) { return false; }
  return std::all_of(hint.begin(), hint.end(), is_value(hint.front()) ? is_value : is_fact);
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (size_t space = line.find(' '); space != std::string_view::npos; space = line.find(' ')) {
    words.emplace_back(line.substr(0, space));
    line.remove_prefix(space + 1);
  }
  words.emplace_back(line);
  return words;
}

}  // namespace

refine::Hints hints_of(std::istream& in, const std::string& file) {
  refine::Hints hints;
  LineReader lines(in, file);
  for (std::string_view line; lines.next(line);) {
    const Place place{file, lines.line()};
    const std::vector<std::string> words = words_of(line);
    refine::Hint hint(words.begin() + 1, words.end());
    if (!is_goal_name(words.front()) || !is_hint(hint)) {
      throw Error(place, fmt::format("{}; {}", printable(line), expected));
    }
    if (!hints.emplace(words.front(), std::move(hint)).second) {
      throw Error(place, fmt::format("{} stands here twice", words.front()));
    }
  }
  return hints;
}

refine::Hints read_hints(const std::string& path) {
  if (!path.empty()) { return hints_of(*open_file(path), path); }
  std::istringstream built_in{std::string(embedded("corpus/hints.txt"))};
  return hints_of(built_in, "corpus/hints.txt");
}

refine::Hints renewed_hints(const refine::Proof& proof, const refine::ProofOptions& options) {
  refine::Hints hints = *options.limits.judging.hints;
  std::erase_if(hints, [&](const auto& hint) { return is_selected(hint.first, options); });
  const auto has_hint = [](const refine::Obligation& goal) { return !goal.hint.empty(); };
  for (const refine::Obligation* goal : obligations_where(proof, has_hint)) { hints[goal->name()] = goal->hint; }
  return hints;
}

std::string hints_as_text(const refine::Hints& hints) {
  std::string text;
  for (const auto& [goal, hint] : hints) { text += fmt::format("{} {}\n", goal, fmt::join(hint, " ")); }
  return text;
}

std::vector<std::string> stale_hints(const refine::Proof& proof) {
  std::vector<std::string> names;
  const auto is_stale = [](const refine::Obligation& goal) { return goal.hint_is_stale; };
  for (const refine::Obligation* goal : obligations_where(proof, is_stale)) { names.push_back(goal->name()); }
  return names;
}

}  // namespace bulkhead::cli
