#include "cli/mutation_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/counted.hpp"
#include "refine/proof.hpp"

namespace bulkhead::cli {
namespace {

using refine::Fate;
using refine::Mutant;

Standing standing_of(const Mutant& mutant, bool is_listed) {
  switch (mutant.fate) {
    case Fate::refuted:
      return is_listed ? Standing::stale : Standing::refuted;
    case Fate::harmless:
      return is_listed ? Standing::equivalent : Standing::survivor;
    case Fate::undecided:
      return Standing::undecided;
    case Fate::fault:
      return Standing::fault;
  }
  return Standing::fault;
}

/// How the mutants of one operator fared.
struct Row {
  size_t all = 0;
  std::map<Standing, size_t> of_standing;
  std::map<std::string, size_t> of_theorem;  ///< the refuted ones
};

using Table = std::map<std::string, Row>;

void add(Row& row, const MutationReport::Judged& judged) {
  ++row.all;
  ++row.of_standing[judged.standing];
  if (judged.standing == Standing::refuted) { ++row.of_theorem[judged.mutant->theorem()]; }
}

Table table_of(const MutationReport& report) {
  Table table;
  for (const MutationReport::Judged& judged : report.judged()) {
    add(table[judged.mutant->layer + ": " + judged.mutant->op], judged);
  }
  return table;
}

/// The theorems that refuted something, in their order.
std::vector<std::string> theorems_of(const MutationReport& report) {
  std::vector<std::string> names;
  for (const refine::Theorem& theorem : refine::theorems) {
    const auto refutes = [&](const MutationReport::Judged& judged) {
      return judged.standing == Standing::refuted && judged.mutant->theorem() == theorem.name;
    };
    if (std::any_of(report.judged().begin(), report.judged().end(), refutes)) { names.emplace_back(theorem.name); }
  }
  return names;
}

size_t in(const auto& counts, const auto& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

std::string cell(size_t count) { return count == 0 ? "" : counted(count); }

/// The counts of a row: all, refuted, without consequence, and left open.
std::vector<std::string> counts_of(const Row& row) {
  const size_t refuted = in(row.of_standing, Standing::refuted);
  const size_t equivalent = in(row.of_standing, Standing::equivalent);
  return {counted(row.all), cell(refuted), cell(equivalent), cell(row.all - refuted - equivalent)};
}

std::vector<std::string> count_names() { return {"mutants", "refuted", "harmless", "open"}; }

Row sum_of(const MutationReport& report) {
  Row sum;
  for (const MutationReport::Judged& judged : report.judged()) { add(sum, judged); }
  return sum;
}

/// Counts by theorem as words, as many as fit.
std::string theorems_as_text(const Row& row, const std::vector<std::string>& theorems) {
  constexpr size_t room = 22;
  std::string text;
  for (const std::string& theorem : theorems) {
    if (in(row.of_theorem, theorem) == 0) { continue; }
    const std::string more = fmt::format("{}{} {}", text.empty() ? "" : ", ", theorem, in(row.of_theorem, theorem));
    if (text.size() + more.size() > room) { return text + ", …"; }
    text += more;
  }
  return text;
}

std::string line_of(const std::string& name, const std::vector<std::string>& counts, const std::string& theorems) {
  std::string line = fmt::format("{:<38}", name);
  for (const std::string& count : counts) { line += fmt::format("{:>9}", count); }
  line += "  " + theorems;
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string table_as_text(const MutationReport& report) {
  const auto theorems = theorems_of(report);
  std::string text = line_of("operator", count_names(), "refuted by");
  for (const auto& [name, row] : table_of(report)) {
    text += line_of(name, counts_of(row), theorems_as_text(row, theorems));
  }
  const Row sum = sum_of(report);
  text += line_of("all", counts_of(sum), "") + "\nrefuted by\n";
  for (const std::string& theorem : theorems) {
    text += fmt::format("  {:<14}{:>6}\n", theorem, counted(in(sum.of_theorem, theorem)));
  }
  return text;
}

std::string markdown_row(const std::string& name, const std::vector<std::string>& cells) {
  return fmt::format("| {} | {} |\n", name, fmt::join(cells, " | "));
}

/// What there is to say of one that is not as it should be.
std::string complaint(const MutationReport::Judged& judged) {
  const Mutant& mutant = *judged.mutant;
  std::string text = fmt::format("\n{}: {}\n", name_of(judged.standing), mutant.name);
  if (!mutant.where.empty()) { text += fmt::format("  at       {}\n", mutant.where); }
  if (!mutant.by.empty()) { text += fmt::format("  goal     {}\n", mutant.by); }
  if (judged.standing == Standing::survivor) {
    text += "  why      no theorem that may refute it does: each is proved with this fault\n";
  }
  if (judged.standing == Standing::stale) { text += "  why      listed as one without consequence\n"; }
  if (!mutant.detail.empty()) { text += fmt::format("  why      {}\n", mutant.detail); }
  return text;
}

/// All that is not as it should be.
std::string complaints(const MutationReport& report) {
  std::string text;
  for (const auto& judged : report.judged()) {
    const bool is_well = judged.standing == Standing::refuted || judged.standing == Standing::equivalent;
    if (!is_well) { text += complaint(judged); }
  }
  for (const std::string& entry : report.unused()) {
    text +=
        fmt::format("\nunused: {}\n  why      no mutant of that name is left; take the entry off the list\n", entry);
  }
  for (const std::string& fault : report.mutants().faults) { text += fmt::format("\nfault: {}\n", fault); }
  return text;
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::refuted:
      return "refuted";
    case Standing::equivalent:
      return "equivalent";
    case Standing::survivor:
      return "survivor";
    case Standing::stale:
      return "stale";
    case Standing::undecided:
      return "undecided";
    case Standing::fault:
      return "fault";
  }
  return "fault";
}

MutationReport::MutationReport(refine::Mutants mutants, std::vector<Equivalent> equivalents, bool whole)
    : mutants_(std::move(mutants)) {
  std::vector<bool> used(equivalents.size());
  for (const Mutant& mutant : mutants_.all) {
    std::string reason;
    for (size_t i = 0; i < equivalents.size(); ++i) {
      if (!equivalents[i].covers(mutant.name)) { continue; }
      used[i] = true;
      reason = equivalents[i].reason;
    }
    judged_.push_back({&mutant, standing_of(mutant, !reason.empty()), reason});
  }
  for (size_t i = 0; whole && i < used.size(); ++i) {
    if (!used[i]) { unused_.push_back(equivalents[i].mutants); }
  }
}

size_t MutationReport::count(Standing standing) const {
  return static_cast<size_t>(
      std::count_if(judged_.begin(), judged_.end(), [=](const Judged& judged) { return judged.standing == standing; }));
}

Exit MutationReport::exit() const {
  if (count(Standing::fault) != 0 || !mutants_.faults.empty() || mutants_.stopped) { return Exit::undecided; }
  if (count(Standing::survivor) != 0 || count(Standing::stale) != 0 || !unused_.empty()) { return Exit::violated; }
  return count(Standing::undecided) != 0 || judged_.empty() ? Exit::undecided : Exit::holds;
}

std::string_view MutationReport::verdict() const {
  if (count(Standing::fault) != 0 || !mutants_.faults.empty()) { return "fault"; }
  switch (exit()) {
    case Exit::holds:
      return "refuted";
    case Exit::violated:
      return "survived";
    case Exit::bad_input:
    case Exit::undecided:
      break;
  }
  return "undecided";
}

std::string as_text(const MutationReport& report) {
  const size_t refuted = report.count(Standing::refuted);
  const size_t equivalent = report.count(Standing::equivalent);
  const size_t all = report.judged().size();
  return table_as_text(report) + complaints(report) +
         fmt::format("\n{}: {} of {} refuted, {} proved to have no consequence, {} left in {:.0f} s\n",
                     report.verdict(), counted(refuted), counted(all, "mutant"), counted(equivalent),
                     counted(all - refuted - equivalent), report.mutants().seconds);
}

std::string as_markdown(const MutationReport& report) {
  const auto theorems = theorems_of(report);
  const auto row_as_text = [&](const std::string& name, const Row& row) {
    std::vector<std::string> cells = counts_of(row);
    for (const std::string& theorem : theorems) { cells.push_back(cell(in(row.of_theorem, theorem))); }
    return markdown_row(name, cells);
  };
  std::vector<std::string> heads = count_names();
  heads.insert(heads.end(), theorems.begin(), theorems.end());
  std::string text = markdown_row("operator", heads) + "|---|";
  for (size_t i = heads.size(); i > 0; --i) { text += "--:|"; }
  text += "\n";
  for (const auto& [name, row] : table_of(report)) { text += row_as_text(name, row); }
  text += row_as_text("**all**", sum_of(report)) + fmt::format("\nVerdict: **{}**\n", report.verdict());
  const std::string wrong = complaints(report);
  return wrong.empty() ? text : text + "\n```" + wrong + "```\n";
}

}  // namespace bulkhead::cli
