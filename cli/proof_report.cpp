#include "cli/proof_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/counted.hpp"
#include "cli/drawing_text.hpp"
#include "cli/goals.hpp"
#include "cli/hints.hpp"
#include "cli/solver_totals.hpp"

namespace bulkhead::cli {
namespace {

using refine::Obligation;
using refine::Part;
using refine::Proof;
using refine::ProofTotals;
using refine::Theorem;
using refine::Verdict;

constexpr size_t most_slow = 5;
/// So many refutations are shown whole; of the rest the names.
constexpr size_t most_shown = 3;
/// So many names of the census are shown.
constexpr size_t most_named = 10;

std::string parts_as_text(const Proof& proof) {
  std::string text = fmt::format("{:<22}{:>6}{:>8}  {:<8}{:>8}\n", "call", "paths", "goals", "verdict", "seconds");
  for (const Part& part : proof.parts) {
    const ProofTotals sum = totals(part);
    text += fmt::format("{:<22}{:>6}{:>8}  {:<8}{:>8.2f}\n", part.subject, counted(sum.paths), counted(sum.obligations),
                        name_of(sum.verdict()), part.seconds);
  }
  return text;
}

std::string theorems_as_text(const Proof& proof) {
  std::string text = fmt::format("\n{:<12}{:>6}{:>8}  {}\n", "theorem", "goals", "proved", "says");
  for (const Theorem& theorem : refine::theorems) {
    const auto goals = obligations_where(proof, [&](const Obligation& o) { return o.theorem == theorem.name; });
    if (goals.empty()) { continue; }
    const auto proved =
        std::count_if(goals.begin(), goals.end(), [](const Obligation* o) { return o->verdict == Verdict::proved; });
    text += fmt::format("{:<12}{:>6}{:>8}  {}\n", theorem.name, counted(goals.size()),
                        counted(static_cast<size_t>(proved)), theorem.says);
  }
  return text;
}

/// Where more than Z3 was asked: how long each solver took for the same goals.
std::string solvers_as_text(const ProofReport& report) {
  if (report.options.limits.judging.solvers == refine::Solvers::z3) { return ""; }
  std::string text = fmt::format("\n{:<14}{:>8}{:>8}{:>10}\n", "solver", "goals", "unsat", "seconds");
  for (const SolverTotals& sum : solver_totals(report)) {
    text += fmt::format("{:<14}{:>8}{:>8}{:>10.2f}\n", sum.solver + " " + sum.version, counted(sum.goals),
                        counted(sum.unsat), sum.seconds);
  }
  return text;
}

std::string slowest_as_text(const Proof& proof) {
  auto slow = slow_goals(proof);
  if (slow.empty()) { return ""; }
  std::string text =
      fmt::format("\n{} took more than {:.0f} s, the slowest\n", counted(slow.size(), "goal"), slow_seconds);
  slow.resize(std::min(slow.size(), most_slow));
  for (const Obligation* goal : slow) { text += fmt::format("{:>8.2f} s  {}\n", goal->seconds, goal->name()); }
  return text;
}

std::string refuted_as_text(const Proof& proof) {
  const auto refuted = obligations_where(proof, [](const Obligation& o) { return o.verdict == Verdict::refuted; });
  std::string text;
  for (size_t i = 0; i < refuted.size(); ++i) {
    const Obligation& goal = *refuted[i];
    text += fmt::format("{}refuted: {}\n", i <= most_shown ? "\n" : "", goal.name());
    if (i >= most_shown) { continue; }
    text += fmt::format("  {:<9}{}\n", "says", goal.text);
    text += goal.counterexample.empty() ? fmt::format("  {:<9}{}\n", "why", goal.detail)
                                        : as_short_text(draw(goal.counterexample.front()));
  }
  if (refuted.size() > most_shown) {
    text += fmt::format(
        "\n{} of {} refutations are shown in full; --json has them all, and prove CALL --theorem NAME less\n",
        most_shown, refuted.size());
  }
  return text;
}

std::string undecided_as_text(const Proof& proof) {
  std::string text;
  for (const Verdict verdict : {Verdict::unknown, Verdict::fault}) {
    const auto is_such = [&](const Obligation& o) { return o.verdict == verdict && o.reached; };
    for (const Obligation* goal : obligations_where(proof, is_such)) {
      text += fmt::format("\n{}: {}\n  {:<9}{}\n  {:<9}{}\n", name_of(verdict), goal->name(), "says", goal->text, "why",
                          goal->detail);
    }
  }
  return text;
}

/// Goals that nobody came to, by part: --json names each.
std::string not_reached_as_text(const Proof& proof) {
  std::string text;
  for (const Part& part : proof.parts) {
    const auto is_left = [](const Obligation& o) { return !o.reached; };
    const auto first = std::find_if(part.obligations.begin(), part.obligations.end(), is_left);
    if (first == part.obligations.end()) { continue; }
    const auto left = static_cast<size_t>(std::count_if(first, part.obligations.end(), is_left));
    text += fmt::format("\nunknown: {} of {}, from {} on\n  {:<9}{}\n", counted(left, "goal"), part.subject,
                        first->name(), "why", first->detail);
  }
  return text;
}

std::string near_limit_as_text(const ProofReport& report) {
  const auto& limits = report.options.limits;
  const auto near = goals_near_limit(report);
  std::string text =
      near.empty() ? "" : fmt::format("\n{} took over half of their limits\n", counted(near.size(), "goal"));
  for (const Obligation* goal : near) {
    text += fmt::format("{:>6.0f} %  {}\n", 100 * share_of_limit(*goal, limits), goal->name());
  }
  return text;
}

std::string some_of(const GoalNames& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), most_named); ++i) { text += fmt::format("  {}\n", names[i]); }
  if (names.size() > most_named) {
    text += fmt::format("  and {} more; --json names each\n", names.size() - most_named);
  }
  return text;
}

/// A proof with hints that are out of date is as good, and slower.
std::string stale_hints_as_text(const Proof& proof) {
  const GoalNames stale = stale_hints(proof);
  if (stale.empty()) { return ""; }
  return fmt::format("\n{} proved, but not from what is hinted alone\n{}", counted(stale.size(), "goal"),
                     some_of(stale)) +
         "To have it as fast as before: `bulkhead prove --accept-hints corpus/hints.txt`\n";
}

std::string missing_as_text(const ProofReport& report) {
  std::string text;
  for (const std::string& name : missing(report.proof, report.options)) {
    text += fmt::format("\nmissing: {} has no obligation in this selection", name);
  }
  return text.empty() ? "" : text + "\n";
}

/// How the goals differ from the census, and how that is accepted.
std::string census_difference_as_text(const ProofReport& report) {
  const CensusCheck& census = report.census;
  if (census.holds()) { return ""; }
  std::string text;
  if (!census.missing.empty()) {
    text += fmt::format("\nmissing: the run lacks {} of the census\n{}", counted(census.missing.size(), "goal"),
                        some_of(census.missing));
  }
  if (!census.added.empty()) {
    text += fmt::format("\nnew: the census lacks {} of the run\n{}", counted(census.added.size(), "goal"),
                        some_of(census.added));
  }
  const bool is_whole = totals(report.proof).of(Verdict::fault) == 0 && !report.proof.stopped;
  return is_whole ? text + "\nIf that is meant: `bulkhead prove --accept-census corpus/census.txt`\n" : text;
}

/// For who reads it the first time: what the numbers mean.
std::string meaning_as_text(const ProofReport& report) {
  const auto has = [&](std::string_view theorem) {
    return !obligations_where(report.proof, [&](const Obligation& o) { return o.theorem == theorem; }).empty();
  };
  std::string text =
      "\nEach goal is shown for every legal state, argument and CPU at once: frames are 36-bit numbers, compartments\n"
      "16-bit, CPUs symbolic; nothing is bounded or sampled. docs/trust.md says what a proof rests on.\n";
  if (has("refinement") && !has("walk")) {
    text += "Theorem walk is used here and not proved; `bulkhead prove` proves it.\n";
  }
  return text;
}

/// What was settled before the end came, and that it is not all.
std::string stopped_as_text(const ProofReport& report, Verdict verdict) {
  const ProofTotals sum = totals(report.proof);
  const size_t reached = obligations_where(report.proof, [](const Obligation& o) { return o.reached; }).size();
  return fmt::format("\n{}: interrupted after {:.1f} s; of {}, {} came to an end and {} proved; the rest is missing\n",
                     name_of(verdict), report.proof.seconds, counted(sum.obligations, "obligation"), counted(reached),
                     counted(sum.of(Verdict::proved)));
}

std::string verdict_as_text(const ProofReport& report) {
  const ProofTotals sum = totals(report.proof);
  const std::string all = fmt::format("{} on {} in {:.1f} s", counted(sum.obligations, "obligation"),
                                      counted(sum.paths, "path"), report.proof.seconds);
  const Verdict verdict = report.verdict();
  if (report.proof.stopped) { return stopped_as_text(report, verdict); }
  if (verdict == Verdict::proved) { return fmt::format("\nproved: {}\n", all); }
  if (sum.obligations == 0) { return "\nunknown: nothing was selected, so nothing is proved\n"; }
  if (verdict == Verdict::unknown && sum.of(verdict) == 0) {
    return fmt::format("\nunknown: something is missing or new in {}\n", all);
  }
  return fmt::format("\n{}: {} of {}\n", name_of(verdict), counted(sum.of(verdict)), all);
}

}  // namespace

Verdict ProofReport::verdict() const {
  const Verdict found = totals(proof).verdict();
  const bool incomplete = proof.stopped || !missing(proof, options).empty() || !census.holds();
  return found == Verdict::proved && incomplete ? Verdict::unknown : found;
}

std::string as_text(const ProofReport& report) {
  const Proof& proof = report.proof;
  std::string text = parts_as_text(proof) + theorems_as_text(proof) + solvers_as_text(report) + slowest_as_text(proof) +
                     near_limit_as_text(report) + stale_hints_as_text(proof) + refuted_as_text(proof) +
                     undecided_as_text(proof) + not_reached_as_text(proof) + missing_as_text(report) +
                     census_difference_as_text(report);
  if (report.verdict() == Verdict::proved) { text += meaning_as_text(report); }
  return text + verdict_as_text(report);
}

std::string census_as_text(const ProofReport& report) {
  std::string text;
  for (const Obligation* goal : obligations_where(report.proof, [](const Obligation&) { return true; })) {
    text += goal->name() + "\n";
  }
  return text;
}

}  // namespace bulkhead::cli
