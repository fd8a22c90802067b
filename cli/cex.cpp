#include "cli/cex.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "cli/cex_file.hpp"
#include "cli/cex_list.hpp"
#include "cli/cex_replay.hpp"
#include "cli/drawing_text.hpp"
#include "cli/output_file.hpp"
#include "cli/selection.hpp"
#include "model/error.hpp"
#include "refine/boot_trace.hpp"
#include "refine/shrink_counterexample.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string color = "auto";
  std::string out;
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

Exit replay_all(const Options& options, Io& io) {
  std::vector<Retrial> all;
  for (const StoredCex& stored : load_cexes(options.paths)) { all.push_back(retry(stored)); }
  io.out << (options.json ? retrials_as_json(all) : retrials_as_text(all));
  const auto is = [&all](auto what) { return std::any_of(all.begin(), all.end(), what); };
  if (is([](const Retrial& r) { return r.stands(); })) { return Exit::violated; }
  return is([](const Retrial& r) { return r.is_undecided(); }) ? Exit::undecided : Exit::holds;
}

void add_replay_verb(CLI::App& cex, const std::shared_ptr<Options>& options, Io& io, Exit& exit) {
  CLI::App* verb = add_verb(cex, *options, "replay", "Try counterexamples again: from their state, and from boot");
  verb->add_flag("--json", options->json, "Print one JSON document, bulkhead-cex-replay/1");
  verb->footer(
      "Exit status: 1 one stands, 0 none does any more, 3 undecided: a state is not legal.\n"
      "Example: bulkhead cex replay counterexamples");
  verb->callback([options, &io, &exit] { exit = replay_all(*options, io); });
}

/// Writes the smaller counterexample; one that does not stand cannot be shrunk.
Exit shrink_one(const Options& options, Io& io) {
  const auto all = load_cexes(options.paths);
  if (all.size() != 1) { throw Error({options.paths.front()}, "holds more than one; expected one counterexample"); }
  if (!options.out.empty()) { check_writable(options.out); }
  const refine::Counterexample& cex = all.front().counterexample;
  if (const refine::Recheck tried = refine::recheck(cex); !tried.stands()) {
    io.err << fmt::format("bulkhead: {}: cannot be shrunk, for it does not stand: {}\n", all.front().path, tried.why);
    return Exit::undecided;
  }
  refine::Counterexample small = refine::shrink(cex);
  small.trace = refine::boot_trace(small);
  if (options.out.empty()) {
    io.out << cex_text(small);
  } else {
    write_file(options.out, cex_text(small));
    io.err << fmt::format("{} of {} frames left, written to {}\n", small.before.frames.size(), cex.before.frames.size(),
                          options.out);
  }
  return Exit::holds;
}

void add_shrink(CLI::App& cex, const std::shared_ptr<Options>& options, Io& io, Exit& exit) {
  CLI::App* verb = cex.add_subcommand("shrink", "Make a counterexample smaller, and reach it from boot");
  verb->add_option("FILE", options->paths, "A counterexample (bulkhead-cex/1)")->required()->expected(1);
  verb->add_option("-o,--output", options->out, "Write it to this file; to standard output if left out")
      ->check(not_empty);
  verb->footer("Example: bulkhead cex shrink counterexample.json -o smaller.json");
  verb->callback([options, &io, &exit] { exit = shrink_one(*options, io); });
}

}  // namespace

void add_cex(CLI::App& app, Io& io, Exit& exit) {
  CLI::App* cex = app.add_subcommand("cex", "Look at stored counterexamples, and try them again");
  const auto options = std::make_shared<Options>();
  cex->require_subcommand(1);
  add_list(*cex, options, io, exit);
  add_show(*cex, options, io, exit);
  add_replay_verb(*cex, options, io, exit);
  add_shrink(*cex, options, io, exit);
  cex->footer(
      "`bulkhead prove --counterexamples FOLDER` stores them.\n"
      "Example: bulkhead cex show counterexamples");
}

}  // namespace bulkhead::cli
