#include "cli/query.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/cex_file.hpp"
#include "cli/output_file.hpp"
#include "cli/query_report.hpp"
#include "cli/selection.hpp"
#include "model/input.hpp"
#include "refine/query/search.hpp"

namespace bulkhead::cli {
namespace {

using refine::query::Expression;
using refine::query::Stepper;

struct Options {
  std::string expression;
  std::string file;
  std::vector<std::string> calls;
  std::string step = "spec";
  std::string from = "legal";
  std::string trace;
  std::string save;
  refine::query::Options search;
  bool json = false;
};

/// As much as an expression may be long, and one byte more, by which one that is too long is known.
std::string beginning(std::istream& in) {
  std::string text(refine::query::longest_expression + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

Expression read(const Options& options, std::istream& in) {
  if (options.file.empty()) { return refine::query::read_expression(options.expression); }
  if (options.file == "-") { return refine::query::read_expression(beginning(in), "-"); }
  return refine::query::read_expression(beginning(*open_file(options.file)), options.file);
}

/// Options about a step are of no use to an expression without one.
void check_step(const Expression& expression, const CLI::App& command) {
  if (expression.has_step) { return; }
  for (const char* name : {"--call", "--step", "--steps"}) {
    if (command.get_option(name)->count() != 0) {
      throw CLI::ValidationError(name,
                                 "the expression speaks of one state; expected one with before., after., call, "
                                 "status or an argument of a call");
    }
  }
}

std::vector<Call> all_calls() {
  std::vector<Call> all;
  for (const CallRow& row : calls) { all.push_back(row.call); }
  return all;
}

refine::query::Options search_options(const Options& options) {
  refine::query::Options search = options.search;
  search.calls = options.calls.empty() ? all_calls() : chosen_calls(options.calls);
  search.stepper = options.step == "engine" ? Stepper::engine : Stepper::spec;
  search.from_boot = options.from == "boot" || !options.trace.empty();
  if (search.stepper == Stepper::engine && search.steps > 1) {
    throw CLI::ValidationError("--steps", "sequences are steps of the spec; expected 1 with --step engine");
  }
  return search;
}

Exit exit_of(refine::query::Finding::Verdict verdict) {
  using Verdict = refine::query::Finding::Verdict;
  switch (verdict) {
    case Verdict::found:
      return Exit::violated;
    case Verdict::impossible:
      return Exit::holds;
    case Verdict::unknown:
      return Exit::undecided;
  }
  return Exit::undecided;
}

/// The first witness, as files.
void save(const QueryReport& report, const Options& options) {
  if (report.finding.witnesses.empty()) { return; }
  const refine::query::Witness& witness = report.finding.witnesses.front();
  if (!options.trace.empty()) { write_file(options.trace, witness.trace); }
  if (!options.save.empty()) {
    refine::Counterexample story = witness.story;
    story.trace.text = witness.trace;
    write_file(options.save, cex_text(story));
  }
}

/// A sequence of calls is a trace, and no counterexample, which has one call.
void check_files(const Options& options) {
  if (!options.save.empty() && options.search.steps > 1) {
    throw CLI::ValidationError("--save", "a counterexample has one call; expected --trace with --steps");
  }
  for (const std::string& file : {options.trace, options.save}) {
    if (!file.empty()) { check_writable(file); }
  }
}

Exit run(const Options& options, const CLI::App& command, Io& io) {
  const Expression expression = read(options, io.in);
  check_step(expression, command);
  check_files(options);
  const QueryReport report{expression, search_options(options), find(expression, search_options(options))};
  save(report, options);
  io.out << (options.json ? as_json(report) : as_text(report));
  return exit_of(report.finding.verdict);
}

void add_bounds(CLI::App& command, refine::Limits& limits) {
  command.add_option("--seed", limits.seed, "The solver's seed; no verdict depends on it");
  command.add_option("--rlimit", limits.rlimit, "The solver's resources for one attempt at a question")
      ->check(CLI::Range(1U, ~0U))
      ->capture_default_str();
  command.add_option("--timeout", limits.timeout_seconds, "Seconds for one attempt at a question")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

void add_step(CLI::App& command, Options& options) {
  command.add_option("--call", options.calls, "A call that may be made, may be repeated; any if left out")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--step", options.step, "Whose step it is: the spec's, or each path of the engine's handler")
      ->check(CLI::IsMember({"spec", "engine"}))
      ->capture_default_str();
  command.add_option("--steps", options.search.steps, "The most calls in a row; before and after are of all of them")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
}

}  // namespace

void add_query(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("query", "Find a legal state and a step of which an expression holds");
  CLI::Option* expression = command->add_option("EXPRESSION", options->expression, "A condition; see docs/queries.md");
  CLI::Option* file =
      command->add_option("--file", options->file, "Read the expression from this file; - for standard input");
  file->check(not_empty)->excludes(expression);
  add_step(*command, *options);
  command->add_option("--from", options->from, "From any legal state, or only from those that calls from boot lead to")
      ->check(CLI::IsMember({"legal", "boot"}))
      ->capture_default_str();
  command
      ->add_option("--trace", options->trace,
                   "Write the first witness to this file, a trace from boot; implies --from boot")
      ->check(not_empty);
  command
      ->add_option("--save", options->save,
                   "Write the first witness to this file, as a counterexample for `bulkhead cex` to show")
      ->check(not_empty);
  command->add_option("--count", options->search.count, "How many witnesses, each different")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_bounds(*command, options->search.limits);
  command->add_flag("--json", options->json, "Print one JSON document, bulkhead-query/1");
  command->footer(
      vocabulary_text() +
      "A name that means nothing else is \"is there any\".\n"
      "Exit status: 1 a witness, 0 impossible, 3 unknown, 2 a bad expression.\n"
      "Example: bulkhead query 'after.can_read(b, f) and before.owner(f) == a and a != b and a != host and b != host'");
  command->callback([options, expression, file, command, &io, &exit] {
    if (expression->count() + file->count() == 0) { throw CLI::RequiredError("EXPRESSION or --file"); }
    exit = run(*options, *command, io);
  });
}

}  // namespace bulkhead::cli
