#include "cli/fuzz.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>

#include "cli/fuzz_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/numbers.hpp"
#include "cli/tally.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

constexpr uint64_t default_steps = 100000;

struct Options {
  std::optional<uint64_t> steps;
  double seconds = 0;
  uint64_t seed = 1;
  uint64_t require_coverage = 0;
  std::string save = ".";
  bool json = false;

  /// So many steps; without a word 100,000, or as many as fit in the seconds.
  FuzzLimits limits() const {
    const uint64_t unsaid = seconds != 0 ? std::numeric_limits<uint64_t>::max() : default_steps;
    return {steps.value_or(unsaid), seconds, seed};
  }
};

/// Writes the failure as a trace and gives its name.
std::string save(const FuzzFailure& failure, const Options& options) {
  std::string path =
      (std::filesystem::path(options.save) / fmt::format("bulkhead-fuzz-{}.jsonl", options.seed)).string();
  std::ofstream file(path);
  file << trace_of(failure, options.seed) << std::flush;
  if (!file) { throw Error({path}, fmt::format("cannot be written ({}); expected a folder", std::strerror(errno))); }
  return path;
}

Exit run(const Options& options, Io& io) {
  const Tally tally(io);
  Interrupt interrupt;
  const auto go_on = [&](uint64_t steps) {
    tally.show(fmt::format("{} steps", steps));
    return !interrupt.came();
  };
  FuzzReport report{fuzz(options.limits(), go_on), options.seed, options.require_coverage, ""};
  tally.clear();
  std::optional<Error> problem;
  if (report.result.failure) {
    try {
      report.trace = save(*report.result.failure, options);
    } catch (const Error& unsaved) { problem = unsaved; }
  }
  // A failure that cannot be saved is told all the same.
  io.out << (options.json ? as_json(report) : as_text(report));
  if (problem) { throw Error(*problem); }
  return report.exit();
}

}  // namespace

void add_fuzz(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fuzz", "Run random calls on engine and spec in lockstep");
  command->add_option("--steps", options->steps, "Calls and accesses to make; 100000 if nothing is said")
      ->check(natural_problem);
  command->add_option("--seconds", options->seconds, "Stop after so many seconds")->check(seconds_problem);
  command->add_option("--seed", options->seed, "Another seed, another run; 1 if nothing is said")
      ->check(natural_problem);
  command
      ->add_option("--save", options->save, "The folder for the trace of a failure; the current one if nothing is said")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--require-coverage", options->require_coverage,
                   "Exit 3 unless every reachable pair of call and status occurred so often")
      ->check(natural_problem);
  command->add_flag("--json", options->json, "Print one JSON document");
  command->footer("Example: bulkhead fuzz --steps 1000000 --require-coverage 100");
  command->callback([options, &io, &exit] { exit = run(*options, io); });
}

}  // namespace bulkhead::cli
