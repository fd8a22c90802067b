#include <fmt/format.h>

#include "cli/counted.hpp"
#include "cli/counterexample_rows.hpp"
#include "cli/query_report.hpp"
#include "cli/text_table.hpp"

namespace bulkhead::cli {
namespace {

using namespace refine::query;  // NOLINT(google-build-using-namespace): this file is about queries alone

constexpr size_t title_width = 9;
constexpr size_t word_width = 40;

/// The title, then the text, broken at spaces where it is too wide.
std::string block(std::string_view name, std::string_view text, size_t width = title_width) {
  std::string lines;
  for (const std::string& line : wrapped(text, page_width - 2 - width)) {
    lines += fmt::format("  {:<{}}{}\n", lines.empty() ? name : "", width, line);
  }
  return lines;
}

/// Addresses in hexadecimal, counts and ids in decimal unless they are no counts at all.
std::string argument_text(Kind kind, uint64_t value) {
  const bool is_hexadecimal = kind == Kind::pa || kind == Kind::ipa || kind == Kind::bits || value > 0xFFFFFFFF;
  return is_hexadecimal ? fmt::format("0x{:x}", value) : fmt::format("{}", value);
}

std::string call_text(const Made& made) {
  const CallRow& row = row_of(made.call);
  std::string arguments;
  for (size_t i = 0; i < row.inputs.size(); ++i) {
    arguments += fmt::format("{}{} = {}", i == 0 ? "" : ", ", row.inputs[i].name,
                             argument_text(row.inputs[i].kind, raw(made.arguments.words.at(i))));
  }
  std::string text = fmt::format("{}({})", row.name, arguments);
  if (raw(made.arguments.caller) != 0) { text += fmt::format(" by compartment {}", raw(made.arguments.caller)); }
  text += fmt::format(" -> {}", bulkhead::name_of(made.status));
  if (made.refusal != 0) { text += fmt::format(", refusal {}", made.refusal); }
  for (const Parameter& out : row.outputs) {
    if (made.status == Status::ok) { text += fmt::format(", {} = {}", out.name, argument_text(out.kind, made.output)); }
  }
  return text;
}

std::string names_text(const std::vector<Bound>& names) {
  std::string text;
  for (const Bound& bound : names) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", bound.name, written(bound.sort, bound.value));
  }
  return text;
}

std::string values_text(const std::vector<Told>& values) {
  std::string text;
  for (const Told& told : values) { text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", told.term, told.value); }
  return text;
}

std::string state_text(const Witness& witness) {
  std::string text;
  const std::string_view head = witness.calls.empty() ? "state" : "before";
  const std::vector<TouchedState> rows = touched_by(witness.story);
  for (const TouchedState& row : rows) {
    text += block(text.empty() ? head : "", fmt::format("{}: {}", row.place, row.before));
  }
  bool is_first = true;
  for (const TouchedState& row : rows) {
    if (!witness.story.made || row.before == row.after) { continue; }
    text += block(is_first ? "after" : "", fmt::format("{}: {}", row.place, row.after));
    is_first = false;
  }
  return text;
}

std::string witness_text(const Witness& witness) {
  std::string text;
  if (!witness.names.empty()) { text += block("where", names_text(witness.names)); }
  for (const Made& made : witness.calls) { text += block("call", call_text(made)); }
  if (!witness.values.empty()) { text += block("values", values_text(witness.values)); }
  return text + state_text(witness) + "\n";
}

std::string list_text(std::string_view name, const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) { text += block(text.empty() ? name : "", item); }
  return text;
}

std::string witness_count(size_t count) { return count == 1 ? "1 witness" : counted(count) + " witnesses"; }

std::string verdict_text(const QueryReport& report) {
  const Finding& finding = report.finding;
  std::string text(name_of(finding.verdict));
  if (!finding.witnesses.empty()) { text += fmt::format(": {}", witness_count(finding.witnesses.size())); }
  const bool may_be_more = finding.witnesses.size() < report.options.count && !finding.undecided.empty();
  if (may_be_more) { text += "; there may be more"; }
  return fmt::format("{} ({}, {:.2f} s)\n", text, counted(finding.questions, "question"), finding.seconds);
}

std::string meaning_line(std::string_view name, std::string_view text) { return block(name, text, word_width); }

}  // namespace

std::string as_text(const QueryReport& report) {
  std::string text;
  for (const Witness& witness : report.finding.witnesses) { text += witness_text(witness); }
  text += list_text("rests on", report.finding.rests_on);
  text += list_text("open", report.finding.undecided);
  return text + verdict_text(report);
}

std::string vocabulary_text() {
  std::string text = "Functions of the state; where there is a step, of the one before. or after. it:\n";
  for (const FunctionRow& row : functions()) { text += meaning_line(shape_of(row), row.text); }
  text += "Of a step:\n";
  for (const GivenRow& row : givens()) { text += meaning_line(row.name, row.text); }
  text += "Operators: == != < <= > >= and or not implies\nConstants:\n";
  for (const Sort sort : {Sort::frame_state, Sort::ipa_state, Sort::compartment_state, Sort::access, Sort::status}) {
    text += meaning_line(name_of(sort), constants_of(sort));
  }
  return text + meaning_line("compartment", "host") + meaning_line("call", "every name that `bulkhead spec` lists");
}

}  // namespace bulkhead::cli
