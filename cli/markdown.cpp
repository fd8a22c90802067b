#include "cli/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "cli/counted.hpp"
#include "cli/document.hpp"
#include "cli/goals.hpp"
#include "cli/xml_text.hpp"

namespace bulkhead::cli {
namespace {

using refine::Obligation;
using refine::ProofTotals;
using refine::Verdict;

/// A summary of GitHub may have 1 MiB; this is left for each of the lists that can be long.
constexpr size_t room_of_list = size_t{200} << 10U;
constexpr size_t most_slow = 10;

/// One line of text in which nothing is markup.
std::string plain(const std::string& text) {
  std::string line;
  for (const char c : as_utf8(text)) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (std::string_view("\\`*_[]<>|&~#").find(c) != std::string_view::npos) { line += '\\'; }
    line += is_control ? ' ' : c;
  }
  return line;
}

/// Blocks in order, as many as fit; then how many are left out.
std::string as_many_as_fit(const std::vector<std::string>& blocks) {
  std::string text;
  size_t shown = 0;
  while (shown < blocks.size() && text.size() + blocks[shown].size() <= room_of_list) { text += blocks[shown++]; }
  if (shown < blocks.size()) {
    text += fmt::format("\n{} more are left out here; `--json` names each.\n", counted(blocks.size() - shown));
  }
  return text;
}

std::string section(std::string_view title, const std::vector<std::string>& blocks) {
  return blocks.empty() ? "" : fmt::format("\n## {}\n\n", title) + as_many_as_fit(blocks);
}

std::string verdict(const ProofReport& report) {
  const ProofTotals sum = totals(report.proof);
  std::string text =
      fmt::format("# bulkhead prove: {}\n\n{} on {} in {:.1f} s: {} proved, {} refuted, {} unknown, {} at fault",
                  name_of(report.verdict()), counted(sum.obligations, "obligation"), counted(sum.paths, "path"),
                  report.proof.seconds, counted(sum.of(Verdict::proved)), counted(sum.of(Verdict::refuted)),
                  counted(sum.of(Verdict::unknown)), counted(sum.of(Verdict::fault)));
  return text + ".\n";
}

std::string row_of_theorem(const ProofReport& report, const refine::Theorem& theorem) {
  const auto goals = obligations_where(report.proof, [&](const Obligation& o) { return o.theorem == theorem.name; });
  if (goals.empty()) { return ""; }
  const auto proved =
      std::count_if(goals.begin(), goals.end(), [](const auto* o) { return o->verdict == Verdict::proved; });
  return fmt::format("| {} | {} | {} | {} |\n", theorem.name, counted(goals.size()),
                     counted(static_cast<size_t>(proved)), plain(std::string(theorem.says)));
}

std::string theorems(const ProofReport& report) {
  std::string text = "\n## By theorem\n\n| theorem | goals | proved | says |\n|---|--:|--:|---|\n";
  for (const refine::Theorem& theorem : refine::theorems) { text += row_of_theorem(report, theorem); }
  return text;
}

std::string calls(const refine::Proof& proof) {
  std::string text = "\n## By call\n\n| call | paths | goals | verdict | seconds |\n|---|--:|--:|---|--:|\n";
  for (const refine::Part& part : proof.parts) {
    const ProofTotals sum = totals(part);
    text += fmt::format("| {} | {} | {} | {} | {:.2f} |\n", plain(part.subject), counted(sum.paths),
                        counted(sum.obligations), name_of(sum.verdict()), part.seconds);
  }
  return text;
}

/// To Markdown a blank line is the end of the element.
std::string on_one_line(std::string_view html) {
  std::string line;
  for (const char c : html) { line += c == '\n' ? "&#10;" : std::string(1, c); }
  return line;
}

/// A summary that unfolds, and text that stays as it is; the library takes care of what is markup in them.
std::string details(const std::string& summary, const std::string& text) {
  pugi::xml_document document;
  pugi::xml_node details = document.append_child("details");
  details.append_child("summary").append_child("code").text().set(as_xml_text(summary).c_str());
  details.append_child("pre").text().set(as_xml_text(text).c_str());
  std::ostringstream out;
  document.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return on_one_line(out.str()) + "\n\n";
}

std::string refuted(const refine::Proof& proof) {
  std::vector<std::string> blocks;
  const auto is_refuted = [](const Obligation& o) { return o.verdict == Verdict::refuted; };
  for (const Obligation* goal : obligations_where(proof, is_refuted)) {
    blocks.push_back(details(goal->name(), fmt::format("  says     {}\n{}", goal->text, reason_of(*goal))));
  }
  return section("Refuted", blocks);
}

std::string undecided(const refine::Proof& proof) {
  std::vector<std::string> blocks;
  for (const Verdict verdict : {Verdict::fault, Verdict::unknown}) {
    for (const Obligation* goal : obligations_where(proof, [&](const Obligation& o) { return o.verdict == verdict; })) {
      blocks.push_back(fmt::format("- {}: {}: {}\n", name_of(verdict), plain(goal->name()), plain(goal->detail)));
    }
  }
  return section("Undecided", blocks);
}

std::string gaps(const ProofReport& report) {
  std::vector<std::string> blocks;
  for (const Gap& gap : gaps_of(report)) {
    blocks.push_back(fmt::format("- {}: {}: {}\n", gap.kind, plain(gap.name), gap.text));
  }
  return section("Not what was expected", blocks);
}

std::string near_limit(const ProofReport& report) {
  std::vector<std::string> blocks;
  for (const Obligation* goal : goals_near_limit(report)) {
    blocks.push_back(
        fmt::format("- {:.0f} %: {}\n", 100 * share_of_limit(*goal, report.options.limits), plain(goal->name())));
  }
  return section("Over half of their limits", blocks);
}

std::string slowest(const refine::Proof& proof) {
  std::vector<std::string> blocks;
  for (const Obligation* goal : slow_goals(proof)) {
    if (blocks.size() < most_slow) {
      blocks.push_back(fmt::format("- {:.2f} s: {}\n", goal->seconds, plain(goal->name())));
    }
  }
  return section("Slowest", blocks);
}

}  // namespace

std::string as_markdown(const ProofReport& report) {
  return verdict(report) + theorems(report) + calls(report.proof) + refuted(report.proof) + undecided(report.proof) +
         gaps(report) + near_limit(report) + slowest(report.proof);
}

}  // namespace bulkhead::cli
