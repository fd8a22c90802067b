#include <nlohmann/json.hpp>

#include "model/concrete.hpp"
#include "model/guest_registers.hpp"
#include "spec/rules.hpp"
#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"

namespace bulkhead::test {
namespace {

TEST_CASE("the spec of a call reads as it does") {
  CHECK(run_tool({"spec", "frame_donate"}).out == R"(frame_donate(pa)
  Gives a frame of the host to the engine, which zeroes it.
  Called by the host, function number 0xc6000102.
  Arguments
    pa            physical address of a frame
  Refused with the first of
    denied        the caller is not the host
    bad_address   pa is not a page of RAM
    bad_state     the frame at pa is not the host's
    in_use        the frame at pa is mapped shared
  Otherwise ok
    the frame becomes spare and all zero; the host can no longer access it
  Changes nothing but
    frame         state, owner and sharing of the frame at pa
    content       what the frame at pa holds
)");
}

TEST_CASE("Markdown has a section for each call") {
  const std::string page = run_tool({"spec", "--format", "markdown"}).out;
  CHECK_THAT(page, Catch::Matchers::StartsWith("# Calls\n"));
  for (const CallRow& row : calls) {
    CHECK_THAT(page, Catch::Matchers::Contains("\n## `" + std::string(row.name) + "("));
  }
  CHECK_THAT(page, Catch::Matchers::Contains("1. `denied`: the caller is not the host\n2. `bad_address`: "));
}

TEST_CASE("JSON says all that the table and the rules say") {
  const Ran ran = run_tool({"spec", "--json"});
  CHECK(ran.status == 0);
  CHECK(ran.out == run_tool({"spec", "--format", "json"}).out);
  const auto document = nlohmann::json::parse(ran.out);
  CHECK(document["schema"] == "bulkhead-spec/1");
  REQUIRE(document["calls"].size() == calls.size());
  for (const CallRow& row : calls) {
    const auto& call = document["calls"][static_cast<size_t>(row.call)];
    const auto& rule = spec::rule_of<Concrete>(row.call);
    CHECK(call["name"] == row.name);
    CHECK(call["arguments"].size() == row.inputs.size());
    CHECK(call["outputs"].size() == row.outputs.size());
    CHECK(call["effect"] == rule.effect_text);
    CHECK(call["footprint"].size() == rule.footprint.size());
    REQUIRE(call["refusals"].size() == rule.refusals.size());
    for (size_t i = 0; i < rule.refusals.size(); ++i) {
      CHECK(call["refusals"][i]["status"] == name_of(rule.refusals[i].status));
      CHECK(call["refusals"][i]["condition"] == rule.refusals[i].text);
    }
  }
}

TEST_CASE("the whole text is that of each call") {
  std::string all;
  for (const CallRow& row : calls) { all += (all.empty() ? "" : "\n") + run_tool({"spec", std::string(row.name)}).out; }
  CHECK(run_tool({"spec"}).out == all);
}

TEST_CASE("The registers that a guest can write are printed") {
  const std::string text = run_tool({"spec", "registers"}).out;
  const auto has_line = [&text](const std::string& start, const std::string& end) {
    const size_t at = ("\n" + text).find("\n" + start);
    REQUIRE(at != std::string::npos);
    const std::string line = text.substr(at, text.find('\n', at) - at);
    CHECK_THAT(line, Catch::Matchers::EndsWith("  " + end));
  };
  has_line("X<n> ", "saved, 31 words");
  has_line("SCTLR_EL1 ", "S3_0_C1_C0_0            saved, 0x30d00980 at first");
  has_line("PAN ", "S3_0_C4_C2_3            view of PSTATE");
  has_line("CNTP_*_EL0 ", "S3_3_C14_C2_[0-2]       trapped by CNTHCTL_EL2.EL1PCEN");
  has_line("ICC_SRE_EL1 ", "S3_0_C12_C12_5          fixed by ICC_SRE_EL2.SRE");
  CHECK_THAT(text,
             Catch::Matchers::EndsWith("\nThe context of a vCPU has " + std::to_string(context_words) + " words.\n"));

  const std::string page = run_tool({"spec", "registers", "--format", "markdown"}).out;
  CHECK_THAT(page, Catch::Matchers::Contains("| `SP_EL1` |  | saved |\n"));
  CHECK_THAT(page, Catch::Matchers::Contains("| `TPIDR_EL1` | `S3_0_C13_C0_4` | saved |\n"));
  const auto document = nlohmann::json::parse(run_tool({"spec", "registers", "--json"}).out);
  CHECK(document["registers"].size() == guest_registers.size());
}

}  // namespace
}  // namespace bulkhead::test
