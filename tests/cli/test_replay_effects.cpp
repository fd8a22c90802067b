#include "cli/trace_effect.hpp"
#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"
#include "tests/tools/edits.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

namespace bulkhead::test {
namespace {

const std::string header =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4}})"
    "\n";

/// Effects alone: what stands after `"effect":` of each line.
std::string effects(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) { text += "{\"effect\":" + line + "}\n"; }
  return text;
}

const std::string no_isb = header + effects({R"("msr","register":"vttbr_el2","value":"0x1000050000000")",
                                             R"("tlbi","op":"alle1is")", R"("isb")"});

std::string error_of(const std::string& effect) {
  const Ran ran = run_tool({"replay", "-"}, header + effects({effect}));
  CHECK(ran.status == 2);
  return ran.err;
}

std::string source_file(const std::string& path) {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  std::ifstream file((source == nullptr ? "" : std::string(source) + "/") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The names of all rules.
std::set<std::string> rules() {
  std::set<std::string> names;
  for (const auto& rule : hw::maintenance_rules) { names.emplace(rule.name); }
  for (const auto& rule : hw::isolation_rules) { names.emplace(rule.name); }
  return names;
}

TEST_CASE("the first effect that breaks a rule is told with the rule and the place") {
  const Ran ran = run_tool({"replay", "-"}, no_isb);
  CHECK(ran.status == 1);
  CHECK(ran.out.substr(0, ran.out.rfind("replayed ")) == R"(-:3: diverges
  event     {"effect":"tlbi","op":"alle1is"}
  rule      synchronised: an ISB follows each write of VTTBR_EL2 and the TLB invalidations (DDI 0487 D1.4)
  at        VTTBR_EL2 of cpu 0: 0x1000050000000 is not in force
)");
}

TEST_CASE("with --json a broken rule is an object of its own") {
  const Ran ran = run_tool({"replay", "-", "--json"}, no_isb);
  CHECK(ran.status == 1);
  const auto document = nlohmann::json::parse(ran.out);
  CHECK(schema_named("bulkhead-replay/1").problem(document).empty());
  const auto& trace = document["traces"][0];
  CHECK(trace["verdict"] == "diverges");
  CHECK(trace.find("divergence") == trace.end());
  CHECK(trace["broken_rule"]["rule"] == "synchronised");
  CHECK(trace["broken_rule"]["line"] == 3);
  CHECK(trace["broken_rule"]["section"] == "D1.4");
}

TEST_CASE("effects after the last one to read are not judged") {
  CHECK(run_tool({"replay", "-", "--stop-after", "1"}, no_isb).status == 0);
  CHECK(run_tool({"replay", "-", "--stop-after", "2"}, no_isb).status == 1);
}

TEST_CASE("an expectation may name the rule") {
  const auto status = [](const std::string& expect) {
    std::string text = no_isb;
    return run_tool({"replay", "-"}, text.insert(text.find('\n') - 1, ",\"expect\":" + expect)).status;
  };
  CHECK(status(R"({"diverges":3,"rule":"synchronised"})") == 0);
  CHECK(status(R"({"diverges":3,"rule":"published"})") == 1);
  CHECK(status(R"({"diverges":3})") == 0);
  CHECK(status(R"({"diverges":2,"rule":"synchronised"})") == 1);
}

TEST_CASE("a fill with a step makes each word another") {
  const auto replay = [](const std::string& loaded) {
    const std::string root =
        effects({R"("fill","pa":"0x50000000","value":"0x0","step":"0x1000")", R"("dsb","domain":"ishst")",
                 R"("msr","register":"vttbr_el2","value":"0x1000050000000")", R"("isb")"});
    return run_tool({"replay", "-"}, header + root + effects({R"("load","pa":"0x50000ff8","value":)" + loaded})).status;
  };
  CHECK(replay(R"("0x1ff000")") == 0);
  CHECK(replay(R"("0x0")") == 1);
}

TEST_CASE("calls between effects are judged too") {
  const std::string call = R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"bad_state"})";
  const Ran ran = run_tool({"replay", "-"}, header + effects({R"("isb")"}) + call);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, Catch::Matchers::StartsWith("-:3: diverges\n  event     frame_donate"));
}

TEST_CASE("operations of other regimes and other registers are no concern of stage 2") {
  const std::string others =
      effects({R"("tlbi","op":"vae2is","value":"0x1")", R"("tlbi","op":"alle2")", R"("tlbi","op":"aside1is","value":1)",
               R"("msr","register":"sctlr_el2","value":0)", R"("ic","op":"iallu")",
               R"("dc","op":"cvau","value":"0x40")", R"("dc","op":"isw","value":"0xffffffffffffffff")"});
  CHECK(run_tool({"replay", "-"}, header + others).status == 0);
}

TEST_CASE("what concerns stage 2 and is not known is refused") {
  using Catch::Matchers::StartsWith;
  for (const char* op : {"ipas2e1os", "vmalls12e1isnxs", "ripas2e1os", "alle1os", "vmalle1os", "vmallws2e1is"}) {
    CHECK_THAT(
        error_of(R"("tlbi","op":")" + std::string(op) + "\""),
        StartsWith("bulkhead: -:2: TLBI " + std::string(op) + " cannot be judged in this version; expected one of"));
  }
  for (const char* op : {"ipas2e1is", "ipas2le1", "ripas2e1is"}) {
    CHECK(error_of(R"("tlbi","op":")" + std::string(op) + "\"") ==
          "bulkhead: -:2: TLBI " + std::string(op) + " is by address; expected \"value\"\n");
  }
  CHECK(error_of(R"("dc","op":"civac")") == "bulkhead: -:2: DC civac is by address; expected \"value\"\n");
  CHECK(error_of(R"("dc","op":"zva","value":"0x40000000")") ==
        "bulkhead: -:2: DC zva writes memory; expected the stores it makes\n");
  CHECK(error_of(R"("msr","register":"vtcr_el2","value":"0x80004050")") ==
        "bulkhead: -:2: VTCR_EL2 is 0x80004050: expected tables of 4 KiB and addresses of at most 48 bits\n");
  CHECK(error_of(R"("msr","register":"vtcr_el2","value":"0x80050040")") ==
        "bulkhead: -:2: VTCR_EL2 is 0x80050040: expected T0SZ and SL0 that fit each other\n");
  CHECK(error_of(R"("store","pa":"0x40000004","value":0)") ==
        "bulkhead: -:2: \"pa\" is 0x40000004: expected a multiple of 8 below 2^48\n");
  CHECK(error_of(R"("fill","pa":"0x40000008","value":0)") ==
        "bulkhead: -:2: \"pa\" is 0x40000008: expected a multiple of 4096 below 2^48\n");
  CHECK(error_of(R"("fill","pa":"0x40000000","value":0,"step":3)") ==
        "bulkhead: -:2: \"step\" is 0x3: expected 0 or a power of two\n");
  CHECK(error_of(R"("copy","pa":"0x40000000","src_pa":"0x1000000000000")") ==
        "bulkhead: -:2: \"src_pa\" is 0x1000000000000: expected a multiple of 4096 below 2^48\n");
}

TEST_CASE("every rule is broken by some trace of the corpus, and no other") {
  std::set<std::string> broken;
  for (const Edit& edit : effect_edits()) { broken.emplace(edit.rule); }
  CHECK(broken == rules());
  CHECK(effect_edits().size() >= 30);
}

TEST_CASE("docs/traces.md lists every rule as it is") {
  const std::string page = source_file("docs/traces.md");
  const auto is_listed = [&page](const auto& rule) {
    const std::string row =
        "| `" + std::string(rule.name) + "` | " + std::string(rule.text) + " | " + std::string(rule.section) + " |\n";
    INFO(row);
    CHECK(page.find(row) != std::string::npos);
  };
  for (const auto& rule : hw::maintenance_rules) { is_listed(rule); }
  for (const auto& rule : hw::isolation_rules) { is_listed(rule); }
  size_t i = 0;
  for (const auto& rule : hw::isolation_rules) { CHECK(static_cast<size_t>(rule.rule) == i++); }
}

}  // namespace
}  // namespace bulkhead::test
