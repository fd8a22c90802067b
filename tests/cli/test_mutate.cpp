#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/equivalents.hpp"
#include "cli/mutation_report.hpp"
#include "model/error.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"

/// `bulkhead mutate`: what it makes of mutants, and that no theorem is there for nothing.
namespace bulkhead::test {
namespace {

using cli::Equivalent;
using cli::Exit;
using cli::MutationReport;
using cli::Standing;
using nlohmann::json;
using refine::Fate;
using refine::Mutant;

Mutant mutant(const std::string& name, Fate fate, const std::string& by = "") {
  Mutant made;
  made.name = name;
  made.layer = "engine";
  made.call = "page_map";
  made.op = "store drop";
  made.fate = fate;
  made.by = by;
  return made;
}

MutationReport report_of(std::vector<Mutant> mutants, std::vector<Equivalent> equivalents = {},
                         std::vector<std::string> faults = {}) {
  return {refine::Mutants{std::move(mutants), std::move(faults), 1, false}, std::move(equivalents), true};
}

std::string complaint(const std::string& list) {
  try {
    cli::read_equivalents(list, "list.json");
  } catch (const Error& error) { return error.what(); }
  return "none";
}

TEST_CASE("a mutant is refuted, or listed and proved to have no consequence") {
  const Mutant refuted = mutant("engine/a/drop", Fate::refuted, "refinement/page_map/ok.1/frame.state");
  const Mutant harmless = mutant("engine/b/duplicate", Fate::harmless);
  CHECK(report_of({refuted}).exit() == Exit::holds);
  CHECK(report_of({refuted, harmless}).exit() == Exit::violated);
  CHECK(report_of({refuted, harmless}).judged().at(1).standing == Standing::survivor);
  CHECK(report_of({refuted, harmless}, {{"engine/*/duplicate", "why"}}).exit() == Exit::holds);
  CHECK(report_of({refuted, harmless}, {{"engine/*/duplicate", "why"}}).judged().at(1).reason == "why");
}

TEST_CASE("an entry of the list that is wrong or of no use is a failure") {
  const Mutant refuted = mutant("engine/a/drop", Fate::refuted, "refinement/page_map/ok.1/frame.state");
  const MutationReport stale = report_of({refuted}, {{"engine/a/drop", "why"}});
  CHECK(stale.exit() == Exit::violated);
  CHECK(stale.judged().front().standing == Standing::stale);
  const MutationReport unused = report_of({refuted}, {{"engine/c/drop", "why"}});
  CHECK(unused.exit() == Exit::violated);
  CHECK(unused.unused() == std::vector<std::string>{"engine/c/drop"});
}

TEST_CASE("what is undecided, a fault, missing or nothing at all is no success") {
  const Mutant refuted = mutant("engine/a/drop", Fate::refuted, "refinement/page_map/ok.1/frame.state");
  CHECK(report_of({}).exit() == Exit::undecided);
  CHECK(report_of({refuted, mutant("engine/b/drop", Fate::undecided)}).exit() == Exit::undecided);
  CHECK(report_of({refuted, mutant("engine/b/drop", Fate::fault)}).exit() == Exit::undecided);
  CHECK(report_of({refuted}, {}, {"page_map: the worker was killed"}).exit() == Exit::undecided);
  CHECK(report_of({refuted, mutant("b", Fate::harmless), mutant("c", Fate::fault)}).exit() == Exit::undecided);
  CHECK(report_of({refuted, mutant("b", Fate::harmless), mutant("c", Fate::undecided)}).exit() == Exit::violated);
}

TEST_CASE("the table counts by operator and theorem") {
  const MutationReport report =
      report_of({mutant("a", Fate::refuted, "contract/page_map/ok.1/x"),
                 mutant("b", Fate::refuted, "footprint/page_map/ok.1/x"), mutant("c", Fate::harmless)});
  CHECK(as_markdown(report) ==
        "| operator | mutants | refuted | harmless | open | contract | footprint |\n"
        "|---|--:|--:|--:|--:|--:|--:|\n"
        "| engine: store drop | 3 | 2 |  | 1 | 1 | 1 |\n"
        "| **all** | 3 | 2 |  | 1 | 1 | 1 |\n\nVerdict: **survived**\n\n```\nsurvivor: c\n"
        "  why      no theorem that may refute it does: each is proved with this fault\n```\n");
  const std::string text = as_text(report);
  CHECK(text.find("survivor: c\n  why      no theorem that may refute it does") != std::string::npos);
  CHECK(text.ends_with("survived: 2 of 3 mutants refuted, 0 proved to have no consequence, 1 left in 1 s\n"));
}

TEST_CASE("the list of mutants without consequence says where it is wrong") {
  CHECK(complaint(R"({"schema":"bulkhead-equivalent/1","equivalent":[{"mutants":["a"],"reason":"b"}]})") == "none");
  const std::array<std::pair<const char*, const char*>, 7> bad = {{
      {"[]", "list.json:1"},
      {R"({"schema":"bulkhead-equivalent/2","equivalent":[]})", "bulkhead-equivalent/1"},
      {R"({"schema":"bulkhead-equivalent/1"})", "equivalent"},
      {R"({"schema":"bulkhead-equivalent/1","equivalent":[{"mutants":["a"]}]})", "reason"},
      {R"({"schema":"bulkhead-equivalent/1","equivalent":[{"mutants":"a","reason":"b"}]})", "array"},
      {R"({"schema":"bulkhead-equivalent/1","equivalent":[{"mutants":["a"],"reason":""}]})", "expected a text"},
      {R"({"schema":"bulkhead-equivalent/1","equivalent":[{"mutants":["a","a"],"reason":"b"}]})", "expected it once"},
  }};
  for (const auto& [list, says] : bad) {
    INFO(list);
    CHECK(complaint(list).find(says) != std::string::npos);
  }
}

TEST_CASE("mutate takes what it should and refuses the rest") {
  CHECK(run_tool({"mutate", "no_call"}).status == 2);
  CHECK(run_tool({"mutate", "--without", "no_theorem"}).status == 2);
  CHECK(run_tool({"mutate", "--equivalent", "no/such/file"}).status == 2);
  const Folder folder;
  const Ran malformed = run_tool({"mutate", "version", "--equivalent", folder.write("list.json", "{\n}\n")});
  CHECK(malformed.status == 2);
  CHECK(malformed.err.find("list.json:1") != std::string::npos);
  const Ran nothing = run_tool({"mutate", "version", "--only", "engine/none"});
  CHECK(nothing.status == 3);
  CHECK(nothing.err.find("no mutant is in this selection") != std::string::npos);
  for (const char* option : {"--only", "--without", "--equivalent"}) {
    INFO(option);
    CHECK(run_tool({"mutate", "version", option, ""}).status == 2);
  }
}

TEST_CASE("every mutant that is listed is judged") {
  const Ran listed = run_tool({"mutate", "version", "--list"});
  CHECK(listed.status == 0);
  const json list = json::parse(run_tool({"mutate", "version", "--list", "--json"}).out);
  CHECK(schema_named("bulkhead-mutant-names/1").problem(list).empty());
  const Ran ran = run_tool({"mutate", "version", "--json"});
  CHECK(ran.status == 0);
  const json document = json::parse(ran.out);
  CHECK(schema_named("bulkhead-mutants/1").problem(document).empty());
  std::string names;
  for (const json& one : document["mutants"]) { names += one["name"].get<std::string>() + "\n"; }
  CHECK(names == listed.out);
  CHECK(document["totals"]["mutants"] == std::count(names.begin(), names.end(), '\n'));
}

/// Mutants that only one theorem sees.
struct Own {
  const char* theorem;
  const char* only;
};
constexpr std::array<Own, 10> own = {{
    {"initial", "boot/memory/0.*"},
    {"walk", "walker/compartment/hardware.1/0.decision/*"},
    {"safety", "engine/compartment_destroy/ok.1/*.belief/negate"},
    {"contract", "engine/compartment_activate/denied.1/*.decision/*"},
    {"refinement", "engine/compartment_activate/ok.1/*.write.compartment.state/*"},
    {"footprint", "spec/compartment_activate/footprint/*"},
    {"invariant", "engine/compartment_destroy/ok.1/*.write.frame.owner/*"},
    {"locking", "engine/compartment_activate/*.lock/drop"},
    {"maintenance", "engine/page_load/ok.1/*.clean/drop"},
    {"nonvacuity", "spec/compartment_activate/refusals/*/repeat"},
}};

TEST_CASE("without any one theorem some mutants survive") {
  CHECK(own.size() + 1 == refine::theorems.size());  // and `exposure`, below
  for (const Own& one : own) {
    INFO(one.theorem << " and " << one.only);
    const json with = json::parse(run_tool({"mutate", "--only", one.only, "--json"}).out);
    CHECK(with["verdict"] == "refuted");
    const auto refutes = [&](const json& judged) { return judged["theorem"] == one.theorem; };
    CHECK(std::any_of(with["mutants"].begin(), with["mutants"].end(), refutes));
    const Ran without = run_tool({"mutate", "--only", one.only, "--without", one.theorem, "--json"});
    CHECK(without.status == 1);
    CHECK_FALSE(json::parse(without.out)["survivors"].empty());
  }
}

/// What TLBs may hold says by itself that invalidations are needed; that the rules of maintenance say so too is no
/// reason to believe them. What `exposure` alone sees, such as a record that changes too early, is no mutant but
/// planted (corpus/planted/unmap_frees_before_invalidating.patch).
TEST_CASE("exposure sees without maintenance that an invalidation is missing") {
  const json seen = json::parse(
      run_tool({"mutate", "--only", "engine/page_unmap/ok.1/*.tlbi.*/drop", "--without", "maintenance", "--json"}).out);
  CHECK(seen["verdict"] == "refuted");
  CHECK(seen["mutants"].size() == 2);
  for (const json& judged : seen["mutants"]) { CHECK(judged["theorem"] == "exposure"); }
}

}  // namespace
}  // namespace bulkhead::test
