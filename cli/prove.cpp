#include "cli/prove.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "cli/export_index.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"
#include "cli/proof_report.hpp"
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

Exit exit_of(const refine::Proof& proof, refine::Verdict verdict) {
  if (proof.stopped) { return Exit::undecided; }
  switch (verdict) {
    case refine::Verdict::proved:
      return Exit::holds;
    case refine::Verdict::refuted:
      return Exit::violated;
    case refine::Verdict::unknown:
    case refine::Verdict::fault:
      return Exit::undecided;
  }
  return Exit::undecided;
}

/// A list holds if there is one, and no path was lost on the way to it.
Exit exit_of_list(const refine::Proof& proof) {
  const refine::ProofTotals sum = totals(proof);
  const bool whole = !proof.stopped && sum.obligations != 0 && sum.of(refine::Verdict::fault) == 0;
  return whole ? Exit::holds : Exit::undecided;
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
  what.list_only = options.list;
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

Exit print_list(const ProofReport& report, bool json, Io& io) {
  io.out << (json ? census_as_json(report) : census_as_text(report));
  if (totals(report.proof).obligations == 0) { io.err << "bulkhead: no obligation is in this selection\n"; }
  return exit_of_list(report.proof);
}

Exit print(const ProofReport& report, bool json, Io& io) {
  io.out << (json ? as_json(report) : as_text(report));
  return exit_of(report.proof, report.verdict());
}

/// The version of cvc5 if it is to be asked, else nothing.
std::string version_of_second(const refine::ProofOptions& what) {
  const bool is_asked = what.limits.judging.solvers != refine::Solvers::z3 && !what.list_only;
  return is_asked ? refine::cvc5_version() : "";
}

Exit run(const Options& options, Io& io) {
  refine::ProofOptions what = proof_options(options);
  const std::string cvc5_version = version_of_second(what);
  if (!what.limits.judging.exported.empty()) { refine::prepare_export(what.limits.judging.exported); }
  const Tally tally(io);
  Interrupt interrupt;
  what.progress = watcher(tally);
  what.stop = [&] { return interrupt.came(); };
  const ProofReport report{prove(what), what, cvc5_version};
  tally.clear();
  finish_export(report);
  if (report.proof.stopped) { io.err << "bulkhead: interrupted; what follows is incomplete\n"; }
  const Exit exit = options.list ? print_list(report, options.json, io) : print(report, options.json, io);
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
      ->check([](const std::string& folder) { return std::string(folder.empty() ? "expected a folder" : ""); });
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
  command->footer(fmt::format(
      "Theorems: {}\n"
      "With --solver cvc5 a goal is proved by cvc5 alone; paths and counterexamples are still found by Z3.\n"
      "Exit status: 0 proved, 1 refuted, 3 undecided or a fault.\n"
      "Example: bulkhead prove page_map page_unmap --theorem refinement",
      theorem_names()));
  command->callback([options, &io, &exit] { exit = run(*options, io); });
}

}  // namespace bulkhead::cli
