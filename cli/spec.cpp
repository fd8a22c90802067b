#include "cli/spec.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/spec_registers.hpp"
#include "cli/spec_text.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

/// The word that asks for the table of registers in the place of a call; no call has that name.
constexpr std::string_view registers = "registers";

struct Options {
  std::string call;
  std::string format = "text";
  bool json = false;
};

std::vector<Call> chosen(const std::string& name) {
  std::vector<Call> list;
  for (const CallRow& row : calls) {
    if (name.empty() || row.name == name) { list.push_back(row.call); }
  }
  if (list.empty()) {
    throw CLI::ValidationError(
        "CALL", "unknown call " + printable(name) + "; expected a name that `bulkhead spec` lists, or registers");
  }
  return list;
}

std::string page(const Options& options) {
  const bool is_json = options.json || options.format == "json";
  const bool is_markdown = options.format == "markdown";
  if (options.call == registers) {
    return is_json ? registers_as_json() : is_markdown ? registers_as_markdown() : registers_as_text();
  }
  const std::vector<Call> list = chosen(options.call);
  return is_json ? spec_as_json(list) : is_markdown ? spec_as_markdown(list) : spec_as_text(list);
}

}  // namespace

void add_spec(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "spec", "Print what the spec says of a call, or of every call; or the registers that a guest can write");
  command->add_option("CALL", options->call, "The call, or `registers`; all calls if left out");
  command->add_option("--format", options->format, "text, markdown or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}));
  command->add_flag("--json", options->json, "The same as --format json");
  command->footer("Example: bulkhead spec page_map");
  command->callback([options, &io, &exit] {
    io.out << page(*options);
    exit = Exit::holds;
  });
}

}  // namespace bulkhead::cli
