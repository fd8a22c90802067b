#include "cli/mutate.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>

#include "cli/cex_folder.hpp"
#include "cli/hints.hpp"
#include "cli/interrupt.hpp"
#include "cli/mutation_report.hpp"
#include "cli/progress_bar.hpp"
#include "cli/selection.hpp"
#include "cli/tally.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::vector<std::string> calls;
  std::string equivalents;
  std::string format = "text";
  refine::MutateOptions mutate;
  std::string counterexamples;
  bool list = false;
  bool json = false;
};

refine::Watcher watcher(const Tally& tally) {
  using Clock = std::chrono::steady_clock;
  return [&tally, start = Clock::now()](const refine::Progress& at) {
    const std::chrono::duration<double> since = Clock::now() - start;
    tally.show(progress_bar(at.done, at.all, "mutant", since.count()));
  };
}

std::string names_of(const refine::Mutants& mutants) {
  std::string names;
  for (const refine::Mutant& mutant : mutants.all) { names += mutant.name + "\n"; }
  return names;
}

std::string page(const MutationReport& report, const Options& options) {
  if (options.json || options.format == "json") { return as_json(report); }
  return options.format == "markdown" ? as_markdown(report) : as_text(report);
}

refine::MutateOptions chosen(const Options& options) {
  refine::MutateOptions what = options.mutate;
  what.calls = chosen_calls(options.calls);
  if (!what.without.empty()) { check_theorems({what.without}, "--without"); }
  what.list_only = options.list;
  what.explain = !options.counterexamples.empty();
  what.limits.judging.hints = std::make_shared<const refine::Hints>(read_hints({}));
  return what;
}

Exit print_list(const refine::Mutants& mutants, bool json, Io& io) {
  io.out << (json ? names_as_json(mutants) : names_of(mutants));
  for (const std::string& fault : mutants.faults) { io.err << "bulkhead: " << fault << '\n'; }
  return mutants.faults.empty() && !mutants.stopped && !mutants.all.empty() ? Exit::holds : Exit::undecided;
}

void write_counterexamples(const std::string& folder, const refine::Mutants& mutants) {
  for (const refine::Mutant& mutant : mutants.all) {
    for (const refine::Counterexample& found : mutant.counterexample) {
      write_counterexample(folder, mutant.name, found);
    }
  }
}

Exit run(const Options& options, Io& io) {
  refine::MutateOptions what = chosen(options);
  std::vector<Equivalent> equivalents = load_equivalents(options.equivalents);
  if (what.explain) { prepare_folder(options.counterexamples); }
  const Tally tally(io);
  Interrupt interrupt;
  what.progress = watcher(tally);
  what.stop = [&] { return interrupt.came(); };
  refine::Mutants mutants = refine::mutate(what);
  tally.clear();
  if (mutants.all.empty() && mutants.faults.empty() && !mutants.stopped) {
    io.err << "bulkhead: no mutant is in this selection; --list names them all\n";
  }
  if (mutants.stopped) { io.err << "bulkhead: interrupted; what follows is incomplete\n"; }
  if (options.list) { return print_list(mutants, options.json || options.format == "json", io); }
  write_counterexamples(options.counterexamples, mutants);
  const bool whole =
      what.calls.empty() && what.only.empty() && what.one_in == 1 && what.without.empty() && !mutants.stopped;
  const MutationReport report(std::move(mutants), std::move(equivalents), whole);
  io.out << page(report, options);
  io.out.flush();  // while an interrupt is still held back: what is printed is whole
  return report.exit();
}

void add_bounds(CLI::App& command, Options& options) {
  refine::MutateOptions& mutate = options.mutate;
  command.add_option("--jobs", mutate.jobs, "Worker processes at a time; one a core if left out")
      ->check(CLI::Range(1, 1024));
  command.add_option("--memory", mutate.memory_mib, "MiB of memory for each worker process")
      ->check(CLI::Range(1U, 1U << 24U))
      ->capture_default_str();
  command.add_option("--seed", mutate.limits.seed, "The solver's seed; no verdict depends on it");
}

}  // namespace

void add_mutate(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("mutate", "Show that every line is needed: put faults in, see each refuted");
  command->add_option("CALL", options->calls, "Calls to put faults into; everything if left out");
  command->add_option("--only", options->mutate.only, "Only mutants of such names; * stands for anything")
      ->check(not_empty);
  command->add_option("--without", options->mutate.without, "A theorem that may not refute: what only it sees survives")
      ->check(not_empty);
  command
      ->add_option("--equivalent", options->equivalents,
                   "The list of mutants without consequence, in place of the one built in")
      ->check(not_empty);
  add_bounds(*command, *options);
  command->add_option("--one-in", options->mutate.one_in, "Only a sample, one mutant of so many, chosen by --seed")
      ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option("--counterexamples", options->counterexamples,
                   "Write, for what is refuted in a call, a counterexample and its trace from boot to this folder")
      ->check(not_empty);
  command->add_flag("--list", options->list, "Name every mutant and judge none");
  command->add_option("--format", options->format, "text, markdown or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}));
  command->add_flag("--json", options->json, "Print one JSON document, bulkhead-mutants/1");
  command->footer(
      "Exit status: 0 every mutant is refuted or proved to have no consequence, 1 one survives, 3 undecided or a "
      "fault.\nExample: bulkhead mutate page_map --without maintenance");
  command->callback([options, &io, &exit] { exit = run(*options, io); });
}

}  // namespace bulkhead::cli
