#include <nlohmann/json.hpp>

#include <set>

#include "cli/fuzz_report.hpp"
#include "cli/generator.hpp"
#include "refine/shrink_deeds.hpp"
#include "spec/rules.hpp"
#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"

namespace bulkhead::cli {
namespace {

using test::Ran;
using test::run_tool;

Deed donate(uint64_t pa, uint64_t cpu = 0) {
  trace::CallEvent call{.cpu = Cpu<Concrete>(cpu), .call = Call::frame_donate, .arguments = {}};
  call.arguments.words[0] = Word<Concrete>(pa);
  return call;
}

Deed store(uint64_t ipa, uint64_t value) {
  return trace::AccessEvent{Cpu<Concrete>(3),      {}, trace::AccessKind::store, Ipa<Concrete>(ipa),
                            Word<Concrete>(value), {}};
}

FuzzResult fuzzed(uint64_t steps, uint64_t seed) {
  return fuzz({.steps = steps, .seed = seed}, [](uint64_t) { return true; });
}

TEST_CASE("engine and spec agree, and every reachable pair comes up") {
  const FuzzResult result = fuzzed(60000, 1);
  CHECK_FALSE(result.failure);
  CHECK(result.steps == 60000);
  CHECK(result.machines > 10);
  CHECK(result.coverage.below(1).empty());
  CHECK(10 * result.coverage.successes() >= 3 * result.coverage.calls_made());
}

TEST_CASE("every failure condition of every call comes first somewhere") {
  std::set<std::pair<Call, size_t>> seen;
  Generator generator(1, MachineDescription{});
  Coverage coverage;
  for (unsigned machine = 0; machine < 12; ++machine) {
    LockstepJudge judge{MachineDescription{}};
    generator.begin_machine(5000);
    for (unsigned step = 0; step < 5000; ++step) {
      const Deed deed = generator.next(judge.spec(), coverage);
      if (const auto* call = std::get_if<trace::CallEvent>(&deed)) {
        const auto inputs = spec::name_inputs<Concrete>(call->call, call->arguments);
        seen.emplace(call->call, spec::first_refusal(spec::rule_of<Concrete>(call->call), judge.spec(), inputs));
      }
      const Ruling ruling = judge.rule(deed);
      REQUIRE(!ruling.disagreement);
      if (const auto* call = std::get_if<trace::CallEvent>(&ruling.expected)) {
        coverage.count({call->call, call->result.status});
      }
    }
  }
  for (const CallRow& row : calls) {
    const auto& refusals = spec::rule_of<Concrete>(row.call).refusals;
    for (size_t i = 0; i < refusals.size(); ++i) {
      INFO(row.name << ": " << refusals[i].text);
      CHECK(seen.count({row.call, i}) == 1);
    }
  }
}

TEST_CASE("the same seed gives the same run, another another") {
  const std::string table = fuzzed(3000, 7).coverage.table();
  CHECK(fuzzed(3000, 7).coverage.table() == table);
  CHECK(fuzzed(3000, 8).coverage.table() != table);
}

TEST_CASE("reachable is what the rules say") {
  CHECK(reachable_statuses(Call::version) == std::vector{Status::ok});
  CHECK(reachable_statuses(Call::frame_donate) ==
        std::vector{Status::ok, Status::denied, Status::bad_address, Status::bad_state, Status::in_use});
  CHECK(Coverage().below(1).size() == reachable_pairs().size());
}

TEST_CASE("the table shows what occurred, what did not, and what cannot") {
  Coverage coverage;
  coverage.count({Call::frame_donate, Status::ok});
  coverage.count({Call::frame_donate, Status::ok});
  const std::string table = coverage.table();
  const size_t line = table.find("frame_donate");
  REQUIRE(line != std::string::npos);
  std::istringstream row(table.substr(line, table.find('\n', line) - line));
  const std::vector<std::string> cells{std::istream_iterator<std::string>(row), {}};
  CHECK(cells == std::vector<std::string>{"frame_donate", "2", "0", "-", "-", "0", "0", "-", "-", "-", "-", "0", "-"});
}

TEST_CASE("shrinking leaves what is needed, in order, with small numbers") {
  std::vector<Deed> deeds;
  for (uint64_t i = 0; i < 200; ++i) { deeds.push_back(donate(0x40000000 + (i << page_shift), i % 4)); }
  deeds.insert(deeds.begin() + 70, store(0x5008, 77));
  // Fails once a store above 5 was followed by a donation of a frame from 0x40090000 on.
  const auto fails_after = [](const std::vector<Deed>& list) -> std::optional<size_t> {
    bool stored = false;
    for (size_t i = 0; i < list.size(); ++i) {
      const auto* access = std::get_if<trace::AccessEvent>(&list[i]);
      if (access != nullptr) {
        stored = stored || raw(access->value) > 5;
      } else if (stored && raw(std::get<trace::CallEvent>(list[i]).arguments.words[0]) >= 0x40090000) {
        return i + 1;
      }
    }
    return std::nullopt;
  };
  const auto shrunk = refine::shrink(deeds, fails_after);
  REQUIRE(shrunk.size() == 2);
  const auto& access = std::get<trace::AccessEvent>(shrunk[0]);
  CHECK(raw(access.cpu) == 0);
  CHECK(raw(access.ipa) == 0);
  CHECK(raw(access.value) > 5);
  CHECK(raw(access.value) < 77);
  CHECK(raw(std::get<trace::CallEvent>(shrunk[1]).arguments.words[0]) >= 0x40090000);
}

TEST_CASE("a failure is written as a trace and told") {
  FuzzReport report;
  report.seed = 9;
  report.trace = "folder/bulkhead-fuzz-9.jsonl";
  report.result.failure = FuzzFailure{{store(0x40000000, 1), donate(0x40000000)}, "they differ", 80};
  CHECK(report.exit() == Exit::violated);
  CHECK_THAT(as_text(report), Catch::Matchers::EndsWith(R"(engine and spec part: they differ
  store of 0x1 at ipa 0x40000000 by the host on cpu 3: done
  frame_donate(pa=0x40000000) on cpu 0: ok
written to folder/bulkhead-fuzz-9.jsonl (2 steps, found after 80)
)"));
  FuzzReport unsaved = report;
  unsaved.trace = "";
  CHECK_THAT(as_text(unsaved), Catch::Matchers::EndsWith("ok\nnot written (2 steps, found after 80)\n"));
  const auto document = nlohmann::json::parse(as_json(report));
  CHECK(document["verdict"] == "violated");
  CHECK(document["failure"]["events"].size() == 2);
  CHECK(trace_of(*report.result.failure, 9) ==
        R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4},)"
        R"("source":"bulkhead fuzz --seed 9, shrunk from 80 steps: they differ"})"
        "\n"
        R"({"cpu":3,"guest":"store","ipa":"0x40000000","value":"0x1"})"
        "\n"
        R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"ok"})"
        "\n");
}

TEST_CASE("a run that is interrupted says what it saw, and decides nothing") {
  const FuzzReport report{fuzz({.steps = 1'000'000}, [](uint64_t) { return false; }), 0, 0, ""};
  CHECK(report.result.interrupted);
  CHECK(report.result.steps < 10'000);
  CHECK(report.exit() == Exit::undecided);
  CHECK_THAT(as_text(report), Catch::Matchers::EndsWith("interrupted; no divergence so far\n"));
}

TEST_CASE("required coverage that is not reached is undecided") {
  const Ran ran = run_tool({"fuzz", "--steps", "100", "--require-coverage", "1"});
  CHECK(ran.status == 3);
  CHECK_THAT(ran.out, Catch::Matchers::Contains("reachable, but never seen: "));
  CHECK(run_tool({"fuzz", "--steps", "100"}).status == 0);
}

TEST_CASE("with --json one document is printed, with --seconds a run ends") {
  const auto document = nlohmann::json::parse(run_tool({"fuzz", "--seconds", "0.01", "--seed", "3", "--json"}).out);
  CHECK(document["schema"] == "bulkhead-fuzz/1");
  CHECK(document["verdict"] == "holds");
  CHECK(document["seed"] == 3);
  CHECK(document["reachable"].size() == reachable_pairs().size());
  CHECK(document["steps"].get<uint64_t>() >= 128);
}

}  // namespace
}  // namespace bulkhead::cli
