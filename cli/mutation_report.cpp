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

/// The cells of a row after its name.
std::vector<std::string> cells(const Row& row, const std::vector<std::string>& theorems) {
  std::vector<std::string> all = {counted(row.all), cell(in(row.of_standing, Standing::refuted)),
                                  cell(in(row.of_standing, Standing::equivalent))};
  size_t others = row.all;
  others -= in(row.of_standing, Standing::refuted) + in(row.of_standing, Standing::equivalent);
  all.push_back(cell(others));
  for (const std::string& theorem : theorems) { all.push_back(cell(in(row.of_theorem, theorem))); }
  return all;
}

std::vector<std::string> heads(const std::vector<std::string>& theorems) {
  std::vector<std::string> all = {"mutants", "refuted", "harmless", "open"};
  all.insert(all.end(), theorems.begin(), theorems.end());
  return all;
}

Row sum_of(const MutationReport& report) {
  Row sum;
  for (const MutationReport::Judged& judged : report.judged()) { add(sum, judged); }
  return sum;
}

std::string line_of(const std::string& name, const std::vector<std::string>& cells) {
  std::string line = fmt::format("{:<42}", name);
  for (const std::string& cell : cells) { line += fmt::format("{:>9.8}", cell); }
  return line + "\n";
}

std::string table_as_text(const MutationReport& report) {
  const auto theorems = theorems_of(report);
  std::string text = line_of("operator", heads(theorems));
  for (const auto& [name, row] : table_of(report)) { text += line_of(name, cells(row, theorems)); }
  return text + line_of("all", cells(sum_of(report), theorems));
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
  if (judged.standing == Standing::survivor) { text += "  why      every theorem is proved with this fault\n"; }
  if (judged.standing == Standing::stale) { text += "  why      listed as one without consequence\n"; }
  if (!mutant.detail.empty()) { text += fmt::format("  why      {}\n", mutant.detail); }
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
    : mutants_(std::move(mutants)), equivalents_(std::move(equivalents)) {
  std::vector<bool> used(equivalents_.size());
  for (const Mutant& mutant : mutants_.all) {
    std::string reason;
    for (size_t i = 0; i < equivalents_.size(); ++i) {
      if (!equivalents_[i].covers(mutant.name)) { continue; }
      used[i] = true;
      reason = equivalents_[i].reason;
    }
    judged_.push_back({&mutant, standing_of(mutant, !reason.empty()), reason});
  }
  for (size_t i = 0; whole && i < used.size(); ++i) {
    if (!used[i]) { unused_.push_back(equivalents_[i].mutants); }
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
  std::string text = table_as_text(report);
  for (const auto& judged : report.judged()) {
    const bool is_well = judged.standing == Standing::refuted || judged.standing == Standing::equivalent;
    if (!is_well) { text += complaint(judged); }
  }
  for (const std::string& entry : report.unused()) {
    text +=
        fmt::format("\nunused: {}\n  why      no mutant of that name is left; take the entry off the list\n", entry);
  }
  for (const std::string& fault : report.mutants().faults) { text += fmt::format("\nfault: {}\n", fault); }
  const size_t others = report.judged().size() - report.count(Standing::refuted) - report.count(Standing::equivalent);
  return text + fmt::format("\n{}: {} of {} are refuted, {} proved to have no consequence, {} left in {:.0f} s\n",
                            report.verdict(), counted(report.count(Standing::refuted)),
                            counted(report.judged().size(), "mutant"), counted(report.count(Standing::equivalent)),
                            counted(others), report.mutants().seconds);
}

std::string as_markdown(const MutationReport& report) {
  const auto theorems = theorems_of(report);
  std::string text = markdown_row("operator", heads(theorems)) + "|---|";
  for (size_t i = heads(theorems).size(); i > 0; --i) { text += "--:|"; }
  text += "\n";
  for (const auto& [name, row] : table_of(report)) { text += markdown_row(name, cells(row, theorems)); }
  return text + markdown_row("**all**", cells(sum_of(report), theorems));
}

}  // namespace bulkhead::cli
