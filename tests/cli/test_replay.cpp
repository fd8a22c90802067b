#include <nlohmann/json.hpp>

#include "cli/replay_report.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/model/compress.hpp"

namespace bulkhead::test {
namespace {

const std::string machine = R"("machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4})";

std::string header(const std::string& more = "") { return R"({"schema":"bulkhead-trace/1",)" + machine + more + "}\n"; }

std::string donate(const std::string& pa, const std::string& status) {
  return R"({"cpu":0,"call":"frame_donate","args":{"pa":")" + pa + R"("},"status":")" + status + "\"}\n";
}

const std::string good = header() + donate("0x40000000", "ok") + donate("0x40000000", "bad_state");
const std::string bad = header() + donate("0x40000000", "ok") + donate("0x40000000", "ok");

/// The output without the last line, which tells the time.
std::string without_totals(const std::string& out) { return out.substr(0, out.rfind("replayed ")); }

TEST_CASE("a trace that conforms is accepted by every judge") {
  for (const std::string against : {"spec", "engine", "both"}) {
    const Ran ran = run_tool({"replay", "-", "--against", against}, good);
    CHECK(ran.status == 0);
    CHECK(without_totals(ran.out) == "-: conforms (2 events)\n");
    CHECK(ran.err.empty());
  }
}

TEST_CASE("the first divergence says what was expected and how things are") {
  const std::string text = R"(-:3: diverges
  event     frame_donate(pa=0x40000000) on cpu 0
  expected  bad_state: the frame at pa is not the host's
  recorded  ok
  after     frame 0x40000000 is spare
)";
  for (const std::string against : {"spec", "both"}) {
    const Ran ran = run_tool({"replay", "-", "--against", against}, bad);
    CHECK(ran.status == 1);
    CHECK(without_totals(ran.out) == text);
  }
  const Ran ran = run_tool({"replay", "-", "--against", "engine"}, bad);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, Catch::Matchers::Contains("  expected  bad_state\n"));
}

TEST_CASE("where engine and spec part, the record is not blamed") {
  cli::TraceReport report;
  report.file = "t.jsonl";
  const trace::CallEvent call{Cpu<Concrete>(1), Call::version, {}, Status::ok};
  report.outcome.divergence = cli::Divergence{7, call, "they differ", true, {}};
  CHECK(as_text(report) == "t.jsonl:7: diverges\n  event     version() on cpu 1\n  disagree  they differ\n");
}

TEST_CASE("a wrong output and a wrong value diverge") {
  const Ran output = run_tool(
      {"replay", "-"}, header() + R"({"cpu":0,"call":"version","args":{},"status":"ok","out":{"version":"0x2"}})");
  CHECK(output.status == 1);
  CHECK_THAT(output.out, Catch::Matchers::Contains("  expected  ok, version=0x10000\n  recorded  ok, version=0x2\n"));
  const Ran value = run_tool({"replay", "-"}, header() + R"({"cpu":0,"guest":"load","ipa":"0x40000000","value":1})");
  CHECK(value.status == 1);
  CHECK_THAT(value.out,
             Catch::Matchers::Contains(
                 "  event     load at ipa 0x40000000 by the host on cpu 0\n  expected  0x0\n  recorded  0x1\n"));
}

TEST_CASE("a fault of the wrong kind diverges for every judge") {
  const std::string text = header() + R"({"cpu":0,"guest":"load","ipa":"0x7ffff000","fault":"permission"})";
  for (const std::string against : {"spec", "engine", "both"}) {
    const Ran ran = run_tool({"replay", "-", "--against", against}, text);
    CHECK(ran.status == 1);
    CHECK_THAT(ran.out, Catch::Matchers::Contains("  expected  translation fault\n  recorded  permission fault\n"));
  }
}

TEST_CASE("an expectation is judged, unless it is to be ignored") {
  const auto ran = [](const std::string& expect, const std::string& events, bool ignore = false) {
    std::vector<std::string> arguments = {"replay", "-"};
    if (ignore) { arguments.emplace_back("--ignore-expect"); }
    return run_tool(arguments, header(",\"expect\":" + expect) + events);
  };
  const std::string conforming = donate("0x40000000", "ok");
  const std::string diverging = donate("0x40000001", "ok");
  CHECK(without_totals(ran("\"conforms\"", conforming).out) == "-: conforms (1 event), as it says\n");
  CHECK(ran("\"conforms\"", conforming).status == 0);
  CHECK(without_totals(ran("{\"diverges\":2}", diverging).out) == "-:2: diverges, as it says\n");
  CHECK(ran("{\"diverges\":2}", diverging).status == 0);
  CHECK_THAT(ran("\"conforms\"", diverging).out, Catch::Matchers::StartsWith("-:2: diverges, but says to conform\n"));
  CHECK(ran("\"conforms\"", diverging).status == 1);
  CHECK_THAT(ran("{\"diverges\":3}", diverging).out,
             Catch::Matchers::StartsWith("-:2: diverges, but says to diverge at line 3\n"));
  CHECK(ran("{\"diverges\":3}", diverging).status == 1);
  CHECK(without_totals(ran("{\"diverges\":2}", conforming).out) ==
        "-: conforms (1 event), but says to diverge at line 2\n");
  CHECK(ran("{\"diverges\":2}", conforming).status == 1);
  CHECK(ran("{\"diverges\":2}", diverging, true).status == 1);
  CHECK(ran("{\"diverges\":2}", conforming, true).status == 0);
}

TEST_CASE("with --stop-after no more is read") {
  const Ran ran = run_tool({"replay", "-", "--stop-after", "1"}, bad);
  CHECK(ran.status == 0);
  CHECK(without_totals(ran.out) == "-: conforms (1 event, the rest was not read)\n");
  CHECK(run_tool({"replay", "-", "--stop-after", "2"}, bad).status == 1);
  const std::string says = header(R"(,"expect":{"diverges":3})") + bad.substr(bad.find('\n') + 1);
  CHECK(run_tool({"replay", "-", "--stop-after", "1"}, says).status == 0);
}

TEST_CASE("interrupts and exits are refused") {
  const Ran ran = run_tool({"replay", "-"}, header() + R"({"irq":"raise","intid":40})");
  CHECK(ran.status == 2);
  CHECK(ran.err ==
        "bulkhead: -:2: \"irq\" events cannot be replayed in this version; expected calls, accesses and effects\n");
}

TEST_CASE("a folder is searched for traces, in the order of their names") {
  const Folder folder;
  folder.write("b.jsonl.gz", gzip(good));
  folder.write("a.jsonl", good);
  folder.write("c.jsonl.zst", zstd(bad));
  folder.write("d.txt", "no trace");
  const Ran ran = run_tool({"replay", folder.path()});
  CHECK(ran.status == 1);
  const std::string expected = folder.path() + "/a.jsonl: conforms (2 events)\n" + folder.path() +
                               "/b.jsonl.gz: conforms (2 events)\n" + folder.path() + "/c.jsonl.zst:3: diverges\n";
  CHECK_THAT(ran.out, Catch::Matchers::StartsWith(expected));
  CHECK_THAT(ran.out, Catch::Matchers::Contains("replayed 3 traces, 6 events in "));
}

TEST_CASE("with --json one document is printed") {
  const Ran ran = run_tool({"replay", "-", "--json"}, bad);
  CHECK(ran.status == 1);
  auto document = nlohmann::json::parse(ran.out);
  document["totals"].erase("seconds");
  CHECK(document == nlohmann::json::parse(R"({
    "schema": "bulkhead-replay/1", "verdict": "violated", "totals": {"traces": 1, "events": 2},
    "traces": [{"file": "-", "verdict": "diverges", "holds": false, "events": 2, "calls": 2, "at_end": false,
      "divergence": {"line": 3, "expected": "bad_state: the frame at pa is not the host's", "recorded": "ok",
        "event": {"cpu": 0, "call": "frame_donate", "args": {"pa": "0x40000000"}, "status": "ok"},
        "state": ["frame 0x40000000 is spare"]}}]})"));
  CHECK(nlohmann::json::parse(run_tool({"replay", "-", "--json"}, good).out)["verdict"] == "holds");
}

}  // namespace
}  // namespace bulkhead::test
