#include "cli/counterexample_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/counterexample_rows.hpp"

namespace bulkhead::cli {
namespace {

using refine::Counterexample;
using refine::PathStep;

constexpr size_t page_width = 100;
constexpr std::string_view gap = "  ";

std::string title(std::string_view text) { return fmt::format("  {:<9}", text); }

/// Lines of at most `width`, broken at spaces where there are some.
std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    const size_t space = text.rfind(' ', width);
    const bool breaks = space != std::string_view::npos && space != 0;
    lines.emplace_back(text.substr(0, breaks ? space : width));
    text.remove_prefix(breaks ? space + 1 : width);
  }
  lines.emplace_back(text);
  return lines;
}

std::string joined(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view between) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", name, between, value);
  }
  return text;
}

/// A title, then the lines, those after the first below the first.
std::string block(std::string_view name, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) { text += title(text.empty() ? name : "") + line + "\n"; }
  return text;
}

std::string block(std::string_view name, std::string_view text) {
  return block(name, wrapped(text, page_width - title("").size()));
}

std::string step_as_text(const PathStep& step) {
  const std::string where = step.line == 0 ? "no line" : fmt::format("{}:{}", source_name(step.file), step.line);
  return fmt::format("{:<34}{}", where, step.taken ? "yes" : "no");
}

/// The decisions in order; where the same line decides the same several times in a row, it stands once.
std::vector<std::string> path_as_text(const std::vector<PathStep>& path) {
  std::vector<std::string> lines;
  for (const PathStep& step : path) {
    std::string line = step_as_text(step);
    if (lines.empty() || lines.back() != line) { lines.push_back(std::move(line)); }
  }
  if (lines.empty()) { lines.emplace_back("no decision"); }
  return lines;
}

size_t widest(const std::vector<TouchedState>& rows, const std::string TouchedState::*column, std::string_view head) {
  size_t width = head.size();
  for (const TouchedState& row : rows) { width = std::max(width, (row.*column).size()); }
  return width;
}

/// Columns share the page: one that needs less than half of what is left leaves the rest to the other.
struct Columns {
  size_t place, before, after;

  explicit Columns(const std::vector<TouchedState>& rows)
      : place(std::min(widest(rows, &TouchedState::place, ""), size_t{24})),
        before(widest(rows, &TouchedState::before, "before")),
        after(widest(rows, &TouchedState::after, "after")) {
    const size_t room = page_width - title("").size() - place - 2 * gap.size();
    if (before + after <= room) { return; }
    const size_t half = room / 2;
    if (before < half) {
      after = room - before;
    } else if (after < half) {
      before = room - after;
    } else {
      before = after = half;
    }
  }
};

std::vector<std::string> row_as_text(const TouchedState& row, const Columns& columns) {
  const auto place = wrapped(row.place, columns.place);
  const auto before = wrapped(row.before, columns.before);
  const auto after = wrapped(row.after, columns.after);
  const auto cell = [](const std::vector<std::string>& lines, size_t i) { return i < lines.size() ? lines[i] : ""; };
  std::vector<std::string> lines;
  for (size_t i = 0; i < std::max({place.size(), before.size(), after.size()}); ++i) {
    std::string line = fmt::format("{:<{}}{}{:<{}}{}{}", cell(place, i), columns.place, gap, cell(before, i),
                                   columns.before, gap, cell(after, i));
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string state_as_text(std::vector<TouchedState> rows) {
  if (rows.empty()) { return ""; }
  for (TouchedState& row : rows) {
    if (row.after == row.before) { row.after = "the same"; }
  }
  const Columns columns(rows);
  rows.insert(rows.begin(), {"", "before", "after"});
  std::vector<std::string> lines;
  for (const TouchedState& row : rows) {
    const auto more = row_as_text(row, columns);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return block("state", lines);
}

}  // namespace

std::string_view source_name(std::string_view file) {
  constexpr std::string_view here = __FILE__;
  constexpr std::string_view root = here.substr(0, here.rfind("cli/"));
  return file.substr(0, root.size()) == root ? file.substr(root.size()) : file;
}

std::vector<PathStep> path_of(const Counterexample& counterexample) {
  return counterexample.made ? counterexample.made->path : std::vector<PathStep>();
}

std::string as_text(const Counterexample& counterexample) {
  std::string text = block("call", fmt::format("{}({}) -> {}", call_of(counterexample),
                                               joined(arguments_of(counterexample), " = "), status_of(counterexample)));
  text += block("path", path_as_text(path_of(counterexample)));
  const NamedValues point = point_of(counterexample);
  if (!point.empty()) { text += block("fails at", joined(point, " ")); }
  return text + state_as_text(touched_by(counterexample));
}

}  // namespace bulkhead::cli
