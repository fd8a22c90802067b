#include "cli/report.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

#include "cli/counted.hpp"
#include "cli/output_file.hpp"
#include "cli/page.hpp"
#include "cli/selection.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::vector<std::string> proofs;
  std::vector<std::string> counterexamples;
  std::string html;
};

/// A page in the place of what it is made of would be a loss.
void check_is_no_input(const Options& options) {
  for (const auto* inputs : {&options.proofs, &options.counterexamples}) {
    for (const std::string& input : *inputs) {
      std::error_code ignored;
      if (!std::filesystem::equivalent(input, options.html, ignored)) { continue; }
      throw Error({options.html}, "is an input of the page; expected another file");
    }
  }
}

void run(const Options& options, Io& io) {
  check_writable(options.html);
  check_is_no_input(options);
  std::vector<StoredProof> proofs;
  for (const std::string& path : options.proofs) { proofs.push_back(load_proof(path)); }
  const auto counterexamples = load_cexes(options.counterexamples);
  write_file(options.html, page_of(proofs, counterexamples));
  io.out << fmt::format("{} and {} written to {}\n", counted(proofs.size(), "proof"),
                        counted(counterexamples.size(), "counterexample"), options.html);
}

}  // namespace

void add_report(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("report", "Make a page of stored proofs and counterexamples");
  command->add_option("PROOF", options->proofs, "What `bulkhead prove --json` printed (bulkhead-proof/1)")->required();
  command->add_option("--cex", options->counterexamples, "Counterexamples (bulkhead-cex/1), or folders of them");
  command->add_option("--html", options->html, "The file to write: one page that needs nothing else")
      ->required()
      ->check(not_empty);
  command->footer(
      "The exit status says whether the page was written, not what is proved.\n"
      "Example: bulkhead report proof.json --cex counterexamples --html proof.html");
  command->callback([options, &io, &exit] {
    run(*options, io);
    exit = Exit::holds;
  });
}

}  // namespace bulkhead::cli
