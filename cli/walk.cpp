#include "cli/walk.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/walk_case.hpp"
#include "cli/walk_text.hpp"
#include "model/input.hpp"

namespace bulkhead::cli {
namespace {

struct Options {
  std::string file;
  bool explain = false;
};

std::string answer(const WalkCase& of, const WalkQuery& query) {
  const auto par = hw::address_translation(of.registers, of.features, query.address, query.kind, of.memory);
  return fmt::format("{{\"case\":{},\"ipa\":\"{:#x}\",\"kind\":\"{}\",\"par\":\"{:#x}\"}}\n", json::quoted(of.id),
                     raw(query.address), name_of(query.kind), raw(par));
}

void run(const Options& options, std::istream& in, std::ostream& out) {
  LineReader lines(in, options.file);
  json::Document document;
  std::string_view line;
  while (lines.next(line)) {
    const WalkCase read = read_walk_case(document.parse(line, lines.file(), lines.line()));
    for (const WalkQuery& query : read.queries) {
      out << (options.explain ? explain(read, query) : answer(read, query));
    }
  }
  if (lines.line() == 0) { throw Error({options.file, 1}, "empty; expected one JSON case a line"); }
}

}  // namespace

void add_walk(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("walk", "Translate addresses with stage-2 tables as hardware does");
  command->add_option("FILE", options->file, "Cases, one JSON object a line; - for standard input")->required();
  command->add_flag("--explain", options->explain, "Say in words what happens at each level");
  command->footer(
      "A case, all in one "
      "line:\n{\"id\":\"page\",\"vtcr\":\"0xd0090\",\"vttbr\":\"0x1000\",\"dc\":0,\"fwb\":0,\"cd\":0,"
      "\"words\":[[\"0x1000\",\"0x2003\"]],\"q\":[[\"0x0\",\"r1\"]]}\n"
      "Kinds: r1 w1 r0 w0, a read or write by EL1 or EL0. An answer is PAR_EL1 as AT S12E1R/W, S12E0R/W leave it.\n"
      "Words that are not named read as zero. What the CPU implements, all of it if left out: "
      "\"features\":{\"pa_bits\":52,\n"
      "\"granules\":[4,16,64],\"lpa2\":1,\"fwb\":1,\"xnx\":1,\"ttst\":1,\"hafdbs\":2}\n"
      "Example: bulkhead walk cases.jsonl --explain");
  command->callback([options, &io, &exit] {
    if (options->file == "-") {
      run(*options, io.in, io.out);
    } else {
      run(*options, *open_file(options->file), io.out);
    }
    exit = Exit::holds;
  });
}

}  // namespace bulkhead::cli
