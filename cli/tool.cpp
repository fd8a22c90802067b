#include "cli/tool.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <optional>

#include "cli/cex.hpp"
#include "cli/fuzz.hpp"
#include "cli/mutate.hpp"
#include "cli/prove.hpp"
#include "cli/query.hpp"
#include "cli/replay.hpp"
#include "cli/report.hpp"
#include "cli/spec.hpp"
#include "cli/walk.hpp"
#include "model/concrete.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

constexpr std::string_view version = BULKHEAD_VERSION;

void declare(CLI::App& app, Io& io, Exit& exit) {
  app.set_version_flag("--version", fmt::format("bulkhead {}", version), "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(1);
  app.footer("`bulkhead COMMAND --help` says more of a command.\nExample: bulkhead replay corpus/traces");
  add_cex(app, io, exit);
  add_fuzz(app, io, exit);
  add_mutate(app, io, exit);
  add_prove(app, io, exit);
  add_query(app, io, exit);
  add_replay(app, io, exit);
  add_report(app, io, exit);
  add_spec(app, io, exit);
  add_walk(app, io, exit);
}

int status_of(Exit exit) { return static_cast<int>(exit); }

int fail(Io& io, Exit exit, std::string_view message) {
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  io.err << "bulkhead: " << line << '\n';
  return status_of(exit);
}

std::string names_of_commands(const CLI::App& app) {
  std::string names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return names;
}

/// What is wrong with the first argument if it should be a command and is none.
std::optional<std::string> command_problem(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty()) { return fmt::format("no command; expected one of {}", names_of_commands(app)); }
  const std::string& first = arguments.front();
  const auto is_named = [&](const CLI::App* command) { return command->check_name(first); };
  if (first.substr(0, 1) == "-" || !app.get_subcommands(is_named).empty()) { return std::nullopt; }
  return fmt::format("unknown command {}; expected one of {}", printable(first), names_of_commands(app));
}

/// The command given, with its verb if it has one, each after a space; nothing if there is none.
std::string chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "" : " " + commands.front()->get_name() + chosen(*commands.front());
}

/// Parses, which runs the command.
int parse(CLI::App& app, const std::vector<std::string>& arguments, Io& io, const Exit& exit) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return status_of(exit);
  } catch (const CLI::Success& shown) {
    return app.exit(shown, io.out, io.err);
  } catch (const CLI::ParseError& problem) {
    return fail(io, Exit::bad_input,
                fmt::format("{}; `bulkhead{} --help` shows the usage", problem.what(), chosen(app)));
  } catch (const Error& problem) {
    return fail(io, Exit::bad_input, problem.what());
  } catch (const std::exception& problem) {
    return fail(io, Exit::undecided, fmt::format("fault: {}", problem.what()));
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, Io& io) {
  CLI::App app("Specification-driven reference model of compartment isolation on Arm.", "bulkhead");
  Exit exit = Exit::holds;
  declare(app, io, exit);
  if (const auto problem = command_problem(app, arguments)) { return fail(io, Exit::bad_input, *problem); }
  return parse(app, arguments, io, exit);
}

}  // namespace bulkhead::cli
