#include "cli/spec.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/spec_text.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

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
    throw CLI::ValidationError("CALL",
                               "unknown call " + printable(name) + "; expected a name that `bulkhead spec` lists");
  }
  return list;
}

std::string page(const Options& options) {
  const std::vector<Call> list = chosen(options.call);
  if (options.json || options.format == "json") { return spec_as_json(list); }
  return options.format == "markdown" ? spec_as_markdown(list) : spec_as_text(list);
}

}  // namespace

void add_spec(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("spec", "Print what the spec says of a call, or of every call");
  command->add_option("CALL", options->call, "The call; all if left out");
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
