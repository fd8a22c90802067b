#include "tests/cli/schema.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/fuzz_report.hpp"
#include "cli/proof_report.hpp"
#include "model/calls.hpp"
#include "model/status.hpp"
#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"

/// What the tool reads and writes is what docs/schema says.
namespace bulkhead::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::vector<std::string> lines_of(std::istream&& in) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) { lines.push_back(line); }
  return lines;
}

std::vector<fs::path> files_in(const std::string& folder) {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(source == nullptr ? "." : source) / folder)) {
    files.push_back(entry.path());
  }
  return files;
}

/// What is wrong with the one document that the tool prints.
std::string problem_of_run(const std::string& schema, const std::vector<std::string>& arguments,
                           const std::string& input = "") {
  return schema_named(schema).problem(json::parse(run_tool(arguments, input).out));
}

const std::string header =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4}})";
const std::string call = R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"ok"})";
const std::string walk =
    R"({"id":"a","vtcr":"0xd0090","vttbr":4096,"dc":0,"fwb":"0x0","cd":0,)"
    R"("features":{"pa_bits":48,"granules":[4,16],"hafdbs":2},"words":[["0x1000","0x2003"]],"q":[["0x0","r1"]]})";

TEST_CASE("a schema can refuse") {
  const Schema schema(json::parse(R"({"type":"object","required":["a"],"additionalProperties":false,"properties":{
    "a":{"oneOf":[{"type":"integer","minimum":1,"maximum":3},{"type":"string","pattern":"^x+$"}]},
    "b":{"type":"array","minItems":1,"maxItems":2,"prefixItems":[{"const":1}],"items":{"enum":[1,"two"]}},
    "c":{"type":"object","additionalProperties":{"$ref":"#/$defs/flag"}}},"$defs":{"flag":{"type":"boolean"}}})"));
  for (const char* good : {R"({"a":1})", R"({"a":"xx","b":[1,"two"]})", R"({"a":3,"c":{"y":true}})"}) {
    CAPTURE(good);
    CHECK(schema.problem(json::parse(good)).empty());
  }
  for (const char* bad :
       {R"([])", R"({})", R"({"a":0})", R"({"a":4})", R"({"a":1.5})", R"({"a":"xy"})", R"({"a":null})",
        R"({"a":1,"d":1})", R"({"a":1,"b":[]})", R"({"a":1,"b":[2]})", R"({"a":1,"b":[1,3]})", R"({"a":1,"b":[1,1,1]})",
        R"({"a":1,"b":{}})", R"({"a":1,"c":{"y":1}})"}) {
    CAPTURE(bad);
    CHECK_FALSE(schema.problem(json::parse(bad)).empty());
  }
  CHECK_THROWS_AS(Schema(json::parse(R"({"maxLength":3})")).problem("x"), std::logic_error);
}

TEST_CASE("every schema bears the name of its file") {
  for (const fs::path& file : files_in("docs/schema")) {
    CAPTURE(file);
    std::string name = file.stem().string();
    name[name.rfind('-')] = '/';
    CHECK_NOTHROW(schema_named(name));
  }
}

TEST_CASE("every line of the corpus is what the schema of traces says") {
  const Schema schema = schema_named("bulkhead-trace/1");
  size_t lines = 0;
  for (const fs::path& file : files_in("corpus/traces")) {
    for (const std::string& line : lines_of(std::ifstream(file))) {
      CAPTURE(file, line);
      CHECK(schema.problem(json::parse(line)).empty());
      ++lines;
    }
  }
  CHECK(lines > 1000);
}

TEST_CASE("the schema of traces knows the calls and statuses of the call table") {
  const Schema schema = schema_named("bulkhead-trace/1");
  const json& call_schema = schema.root().at("$defs").at("call").at("properties");
  json names = json::array();
  for (const CallRow& row : calls) { names.push_back(row.name); }
  CHECK(call_schema.at("call").at("enum") == names);
  CHECK(call_schema.at("status").at("enum") == json(status_names));
}

TEST_CASE("a line of a trace that the schema refuses the reader refuses") {
  const Schema schema = schema_named("bulkhead-trace/1");
  CHECK(schema.problem(json::parse(header)).empty());
  CHECK(schema.problem(json::parse(call)).empty());
  for (const char* bad : {R"({"cpu":[],"call":"frame_donate","args":{"pa":"0x40000000"},"status":"ok"})",
                          R"({"cpu":0,"call":"frame_lend","args":{"pa":"0x40000000"},"status":"ok"})",
                          R"({"cpu":0,"call":"frame_donate","args":{"pa":"40"},"status":"ok"})",
                          R"({"cpu":0,"call":"frame_donate","args":{"pa":-1},"status":"ok"})",
                          R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"}})",
                          R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"fine"})",
                          R"({"cpu":0,"call":"version","args":{},"status":"denied","x":1})",
                          R"({"cpu":0,"guest":"fetch","ipa":0,"value":0})", R"({"effect":"dsb","domain":"osh"})",
                          R"({"effect":"store","pa":0})", R"({"irq":"pulse","intid":1})", R"({})", R"([])"}) {
    CAPTURE(bad);
    CHECK_FALSE(schema.problem(json::parse(bad)).empty());
    CHECK(run_tool({"replay", "-"}, header + "\n" + bad).status == 2);
  }
}

TEST_CASE("walk reads and writes what its schemas say") {
  const Schema schema = schema_named("bulkhead-walk-case/1");
  const json good = json::parse(walk);
  CHECK(schema.problem(good).empty());
  const Ran ran = run_tool({"walk", "-"}, walk);
  CHECK(ran.status == 0);
  CHECK(schema_named("bulkhead-walk-answer/1").problem(json::parse(ran.out)).empty());
  for (const auto& [key, value] : good.items()) {
    CAPTURE(key);
    json bad = good;
    bad[key] = true;
    CHECK_FALSE(schema.problem(bad).empty());
    CHECK(run_tool({"walk", "-"}, bad.dump()).status == 2);
    bad.erase(key);
    CHECK(schema.problem(bad).empty() == (key == "features"));
    CHECK(run_tool({"walk", "-"}, bad.dump()).status == (key == "features" ? 0 : 2));
  }
}

TEST_CASE("replay, spec and prove write what their schemas say") {
  const std::string diverges = header + "\n" + call + "\n" + call;
  CHECK(problem_of_run("bulkhead-replay/1", {"replay", "-", "--json"}, header + "\n" + call).empty());
  CHECK(problem_of_run("bulkhead-replay/1", {"replay", "-", "--json"}, diverges).empty());
  for (const fs::path& file : files_in("corpus/traces")) {
    CHECK(problem_of_run("bulkhead-replay/1", {"replay", file.string(), "--json"}).empty());
  }
  CHECK(problem_of_run("bulkhead-spec/1", {"spec", "--json"}).empty());
  CHECK(problem_of_run("bulkhead-registers/1", {"spec", "registers", "--json"}).empty());
  CHECK(problem_of_run("bulkhead-proof/1", {"prove", "version", "--json"}).empty());
  CHECK(problem_of_run("bulkhead-census/1", {"prove", "version", "--list", "--json"}).empty());
}

TEST_CASE("a refutation is written as its schema says") {
  cli::ProofReport report;
  refine::Obligation refuted;
  refuted.verdict = refine::Verdict::refuted;
  refuted.counterexample.emplace_back();
  refuted.counterexample.front().made.emplace().path.emplace_back();
  refuted.counterexample.front().made->arguments = {};
  refuted.counterexample.front().after.frames[1].state = FrameState::host;
  report.proof.parts.emplace_back();
  report.proof.parts.front().obligations.push_back(refuted);
  const json document = json::parse(as_json(report));
  CHECK(document.at("obligations").at(0).contains("counterexample"));
  CHECK(schema_named("bulkhead-proof/1").problem(document).empty());
}

TEST_CASE("fuzz writes what its schema says") {
  CHECK(problem_of_run("bulkhead-fuzz/1", {"fuzz", "--steps", "600", "--json"}).empty());
  cli::FuzzReport report;
  trace::CallEvent event{.cpu = {}, .call = Call::frame_donate, .arguments = {}};
  report.result.failure = cli::FuzzFailure{{event}, "they differ", 80};
  const json document = json::parse(as_json(report));
  CHECK(document.contains("failure"));
  CHECK(schema_named("bulkhead-fuzz/1").problem(document).empty());
  CHECK(schema_named("bulkhead-trace/1").problem(document.at("failure").at("events").at(0)).empty());
}

}  // namespace
}  // namespace bulkhead::test
