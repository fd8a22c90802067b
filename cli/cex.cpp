#include "cli/cex.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/cex_file.hpp"
#include "cli/cex_list.hpp"
#include "cli/drawing_text.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string color = "auto";
  bool json = false;
};

bool is_colored(const Options& options, const Io& io) {
  return options.color == "always" || (options.color == "auto" && io.color);
}

void show(const Options& options, Io& io) {
  const auto all = load_cexes(options.paths);
  for (const StoredCex& stored : all) {
    if (&stored != &all.front()) { io.out << "\n" << std::string(100, '=') << "\n\n"; }
    io.out << as_text(draw(stored.counterexample), is_colored(options, io));
  }
}

void list(const Options& options, Io& io) {
  const auto all = load_cexes(options.paths);
  io.out << (options.json ? list_as_json(all) : list_as_text(all));
}

CLI::App* add_verb(CLI::App& cex, Options& options, const std::string& name, const std::string& what) {
  CLI::App* verb = cex.add_subcommand(name, what);
  verb->add_option("FILE", options.paths, "Counterexamples (bulkhead-cex/1), or folders of them")->required();
  return verb;
}

void add_show(CLI::App& cex, const std::shared_ptr<Options>& options, Io& io, Exit& exit) {
  CLI::App* verb = add_verb(cex, *options, "show", "Draw counterexamples: what went wrong, how, and what changed");
  verb->add_option("--color", options->color, "auto, always or never; auto heeds NO_COLOR")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  verb->footer("Example: bulkhead cex show counterexamples/contract_page_map_ok.1_status.json");
  verb->callback([options, &io, &exit] {
    show(*options, io);
    exit = Exit::holds;
  });
}

void add_list(CLI::App& cex, const std::shared_ptr<Options>& options, Io& io, Exit& exit) {
  CLI::App* verb = add_verb(cex, *options, "list", "Name counterexamples, a line each");
  verb->add_flag("--json", options->json, "Print one JSON document, bulkhead-cex-list/1");
  verb->footer("Example: bulkhead cex list counterexamples");
  verb->callback([options, &io, &exit] {
    list(*options, io);
    exit = Exit::holds;
  });
}

}  // namespace

void add_cex(CLI::App& app, Io& io, Exit& exit) {
  CLI::App* cex = app.add_subcommand("cex", "Look at stored counterexamples");
  const auto options = std::make_shared<Options>();
  cex->require_subcommand(1);
  add_list(*cex, options, io, exit);
  add_show(*cex, options, io, exit);
  cex->footer(
      "`bulkhead prove --counterexamples FOLDER` stores them.\n"
      "Example: bulkhead cex show counterexamples");
}

}  // namespace bulkhead::cli
