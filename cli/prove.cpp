#include "cli/prove.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>

#include "cli/census.hpp"
#include "cli/cex_folder.hpp"
#include "cli/counted.hpp"
#include "cli/export_index.hpp"
#include "cli/hints.hpp"
#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/progress_bar.hpp"
#include "cli/proof_output.hpp"
#include "cli/report_files.hpp"
#include "cli/selection.hpp"
#include "cli/tally.hpp"
#include "refine/cvc5.hpp"
#include "refine/goal_files.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::vector<std::string> calls;
  std::vector<std::string> theorems;
  unsigned jobs = 0;
  unsigned memory_mib = refine::usual_memory_mib;
  refine::Limits limits;
  std::string census;
  std::string accepted_census;
  std::string hints;
  std::string accepted_hints;
  std::string counterexamples;
  ReportFiles reports;
  std::string solver = "z3";
  bool list = false;
  bool json = false;
};

refine::Solvers solvers_named(const std::string& name) {
  using refine::Solvers;
  for (const Solvers solvers : {Solvers::z3, Solvers::cvc5}) {
    if (name == name_of(solvers)) { return solvers; }
  }
  return Solvers::both;
}

/// The index of an export comes last: a folder without one is not whole.
void finish_export(const ProofReport& report) {
  const std::string& folder = report.options.limits.judging.exported;
  if (folder.empty() || report.proof.stopped) { return; }
  refine::write_whole((std::filesystem::path(folder) / "index.json").string(), export_index(report));
}

refine::ProofOptions proof_options(const Options& options) {
  check_theorems(options.theorems);
  refine::ProofOptions what;
  what.calls = chosen_calls(options.calls);
  what.theorems = options.theorems;
  what.jobs = options.jobs;
  what.memory_mib = options.memory_mib;
  what.limits = options.limits;
  what.limits.judging.solvers = solvers_named(options.solver);
  what.list_only = options.list || !options.accepted_census.empty();
  what.limits.traces = !options.counterexamples.empty();
  what.limits.judging.finds_hints = !options.accepted_hints.empty();
  return what;
}

/// Shows how far a proof is, from its first goal on.
refine::Watcher watcher(const Tally& tally) {
  using Clock = std::chrono::steady_clock;
  return [&tally, start = Clock::now(), shown = Clock::time_point()](const refine::Progress& at) mutable {
    const auto now = Clock::now();
    if (at.done == 0) { start = now; }
    if (now - shown < std::chrono::milliseconds(100)) { return; }
    shown = now;
    tally.show(progress_bar(at.done, at.all, "goal", std::chrono::duration<double>(now - start).count()));
  };
}

Exit conclude(const ProofReport& report, const Options& options, Io& io) {
  if (!options.accepted_census.empty()) { return accept_census(report, options.accepted_census, io); }
  if (!options.accepted_hints.empty()) { return accept_hints(report, options.accepted_hints, io); }
  return options.list ? print_list(report, options.json, io) : print_proof(report, options.json, options.reports, io);
}

/// What is wrong with the files is said before anything is proved.
GoalNames checked_census(const Options& options) {
  check_writable(options.reports);
  if (!options.counterexamples.empty()) { prepare_folder(options.counterexamples); }
  if (options.accepted_census.empty()) { return read_census(options.census); }
  check_writable(options.accepted_census);
  return {};
}

refine::Hints checked_hints(const Options& options) {
  if (!options.accepted_hints.empty()) { check_writable(options.accepted_hints); }
  return read_hints(options.hints);
}

/// The version of cvc5 if it is to be asked, else nothing.
std::string version_of_second(const refine::ProofOptions& what) {
  const bool is_asked = what.limits.judging.solvers != refine::Solvers::z3 && !what.list_only;
  return is_asked ? refine::cvc5_version() : "";
}

/// Says on standard error where they are, so that a JSON document stands alone.
void store_counterexamples(const ProofReport& report, const std::string& folder, Io& io) {
  if (folder.empty()) { return; }
  const size_t count = write_counterexamples(folder, report);
  io.err << fmt::format("{} written to {}", counted(count, "counterexample"), folder);
  io.err << (count == 0 ? "\n" : fmt::format("; to look at them: bulkhead cex show {}\n", folder));
}

Exit run(const Options& options, Io& io) {
  refine::ProofOptions what = proof_options(options);
  const GoalNames census = checked_census(options);
  what.limits.judging.hints = std::make_shared<const refine::Hints>(checked_hints(options));
  const std::string cvc5_version = version_of_second(what);
  if (!what.limits.judging.exported.empty()) { refine::prepare_export(what.limits.judging.exported); }
  const Tally tally(io);
  Interrupt interrupt;
  what.progress = watcher(tally);
  what.stop = [&] { return interrupt.came(); };
  ProofReport report{prove(what), what, cvc5_version};
  report.census = compare(census, report.proof, what);
  tally.clear();
  finish_export(report);
  if (report.proof.stopped) { io.err << "bulkhead: interrupted; what follows is incomplete\n"; }
  const Exit exit = conclude(report, options, io);
  store_counterexamples(report, options.counterexamples, io);
  io.out.flush();  // while an interrupt is still held back: what is printed is whole
  return exit;
}

void add_bounds(CLI::App& command, Options& options) {
  command.add_option("--jobs", options.jobs, "Worker processes at a time; one a core if left out")
      ->check(CLI::Range(1, 1024));
  command.add_option("--memory", options.memory_mib, "MiB of memory for each worker process")
      ->check(CLI::Range(1U, 1U << 24U))
      ->capture_default_str();
  command.add_option("--seed", options.limits.seed, "The solver's seed; no verdict depends on it");
  command.add_option("--rlimit", options.limits.rlimit, "The solver's resources for one attempt at a goal")
      ->check(CLI::Range(1U, ~0U))
      ->capture_default_str();
  command.add_option("--timeout", options.limits.timeout_seconds, "Seconds for one attempt at a goal")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

/// Who decides, and where goals are written to.
void add_judging(CLI::App& command, Options& options) {
  refine::Judging& judging = options.limits.judging;
  command.add_option("--solver", options.solver, "Who decides a goal: z3, cvc5, or both, which must agree")
      ->check(CLI::IsMember({"z3", "cvc5", "both"}))
      ->capture_default_str();
  command.add_option("--save", judging.disagreements, "The folder for a goal on which the solvers disagree")
      ->capture_default_str();
  command.add_option("--export", judging.exported, "Write every goal as SMT-LIB 2 to this new or empty folder")
      ->check(not_empty);
}

void add_reports(CLI::App& command, ReportFiles& files) {
  command.add_option("--junit", files.junit, "Write the result to this file as JUnit XML too")->check(not_empty);
  command.add_option("--sarif", files.sarif, "Write the result to this file as SARIF 2.1.0 too")->check(not_empty);
  command.add_option("--markdown", files.markdown, "Write a summary to this file as Markdown too")->check(not_empty);
}

/// Of the options so far only these, and --help, go with the one.
void exclude_all_but(const std::set<std::string>& names, CLI::App& command, CLI::Option* one) {
  for (CLI::Option* other : command.get_options()) {
    const bool goes_with = other == one || other->get_name() == "--help" || names.count(other->get_name()) != 0;
    if (!goes_with) { one->excludes(other); }
  }
}

/// A census is accepted whole, and nothing is proved then.
void add_census(CLI::App& command, Options& options) {
  command.add_option("--census", options.census, "The goals that must be there, a name a line; built in if left out")
      ->check(not_empty);
  CLI::Option* accept = command.add_option("--accept-census", options.accepted_census,
                                           "Write the names of all goals as they are now to this file; prove none");
  exclude_all_but({"--jobs", "--memory"}, command, accept);
}

/// Hints come from one solver, and nothing else is written.
void add_hints(CLI::App& command, Options& options) {
  command
      .add_option("--hints", options.hints,
                  "What to ask Z3 from first, a goal a line; no verdict depends on it; built in if left out")
      ->check(not_empty);
  CLI::Option* accept = command.add_option(
      "--accept-hints", options.accepted_hints,
      "Prove, and write to this file what each hard goal needs: the hints given, renewed where they do not do");
  exclude_all_but({"CALL", "--theorem", "--jobs", "--memory", "--rlimit", "--timeout", "--hints"}, command, accept);
}

}  // namespace

void add_prove(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("prove", "Prove that every call does what the spec allows");
  command->add_option("CALL", options->calls, "Calls to prove; all of them, the boot and the walk if left out");
  command->add_option("--theorem", options->theorems, "Prove only this theorem; may be repeated")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_bounds(*command, *options);
  add_judging(*command, *options);
  command->add_flag("--list", options->list, "Name every obligation and prove none")
      ->excludes(command->get_option("--export"));
  command->add_flag("--json", options->json, "Print one JSON document, bulkhead-proof/1");
  command
      ->add_option("--counterexamples", options->counterexamples, "Write a file for each refuted goal to this folder")
      ->check(not_empty);
  add_reports(*command, options->reports);
  for (const char* report : {"--counterexamples", "--junit", "--sarif", "--markdown"}) {
    command->get_option("--list")->excludes(command->get_option(report));
  }
  add_census(*command, *options);
  add_hints(*command, *options);
  command->footer(fmt::format(
      "Theorems: {}\n"
      "With --solver cvc5 a goal is proved by cvc5 alone; paths and counterexamples are still found by Z3.\n"
      "Exit status: 0 proved, 1 refuted, 3 undecided or a fault.\n"
      "Example: bulkhead prove page_map page_unmap --theorem refinement",
      theorem_names()));
  command->callback([options, &io, &exit] { exit = run(*options, io); });
}

}  // namespace bulkhead::cli
