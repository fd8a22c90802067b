#include <sys/wait.h>

#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <regex>

#include "cli/junit.hpp"
#include "cli/markdown.hpp"
#include "cli/report_files.hpp"
#include "cli/sarif.hpp"
#include "model/error.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"

/// What CI reads of a proof: well-formed, what the formats' schemas say, and never better than the verdict.
namespace bulkhead::test {
namespace {

using cli::ProofReport;
using nlohmann::json;
using refine::Obligation;
using refine::Verdict;

const std::string odd = "<b> & \"quoted\" 'too' ]]> | `code` \x01\x1b[31m \xff\xfe \xEF\xBF\xBF \xE2\x82\xAC end";
const std::string nul("before\0after", 12);

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A program that the build found, and its arguments; whether it says yes.
bool agrees(const char* program, const std::string& arguments) {
  const char* path = std::getenv(program);
  if (path == nullptr) { throw std::logic_error(std::string(program) + " says where the program is"); }
  const std::string command = std::string(path) + " " + arguments + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

std::string schema(const std::string& name) {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/tests/schemas/" + name;
}

bool is_junit(const std::string& text) {
  const Folder folder;
  return agrees("BULKHEAD_XMLLINT", "--noout --schema " + schema("junit.xsd") + " " + folder.write("a.xml", text));
}

bool is_sarif(const std::string& text) {
  const Folder folder;
  return agrees("BULKHEAD_JSONSCHEMA", "-i " + folder.write("a.json", text) + " " + schema("sarif-2.1.0-rtm.5.json"));
}

Obligation goal_of(Verdict verdict, const std::string& conjunct) {
  Obligation goal;
  goal.theorem = "refinement";
  goal.call = "page_map";
  goal.path = "ok.1";
  goal.conjunct = conjunct;
  goal.text = "the sentence: " + odd;
  goal.verdict = verdict;
  if (verdict != Verdict::proved) { goal.detail = "the reason: " + odd + nul; }
  return goal;
}

refine::Counterexample counterexample() {
  refine::CallMade made;
  made.call = Call::page_map;
  made.arguments = {1, 0x4000, 0x40081000};
  made.spec.why = "spare\n\n  \n</pre></details> " + odd + nul;
  made.path = {
      {"impl/page_map.hpp", 24, true}, {"impl/odd name.hpp", 31, false}, {"/usr/include/x", 7, true}, {"", 0, true}};
  refine::Counterexample counterexample;
  counterexample.made = made;
  counterexample.point = {{"frame", 0x40081, true}};
  counterexample.after.frames[0x40081].state = FrameState::host;
  return counterexample;
}

/// One goal of each verdict, and a refutation without a path.
ProofReport report_of_all() {
  ProofReport report;
  report.options.calls = {Call::page_map};
  report.options.theorems = {"refinement"};
  refine::Part part;
  part.subject = "page_map";
  part.paths = 12;
  for (const Verdict verdict : {Verdict::proved, Verdict::refuted, Verdict::unknown, Verdict::fault}) {
    part.obligations.push_back(goal_of(verdict, "c" + std::to_string(part.obligations.size())));
  }
  part.obligations[1].counterexample.push_back(counterexample());
  part.obligations.push_back(goal_of(Verdict::refuted, odd));
  report.proof.parts.push_back(part);
  report.census.missing = {"safety/page_map/ok.9/beliefs"};
  report.census.added = {"safety/page_map/ok.10/beliefs"};
  return report;
}

ProofReport report_of(Verdict verdict) {
  ProofReport report;
  report.options.calls = {Call::page_map};
  report.options.theorems = {"refinement"};
  report.proof.parts.push_back({"page_map", {goal_of(verdict, "c")}, 1, 0.5});
  return report;
}

json run_in(const std::string& sarif) { return json::parse(sarif).at("runs").at(0); }

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  REQUIRE(document.load_string(xml.c_str()));
  return document;
}

TEST_CASE("the schemas can refuse") {
  CHECK_FALSE(is_junit("<testsuites/>"));
  CHECK_FALSE(is_junit("<testsuites name='a' tests='0' failures='0' errors='0' time='-1'/>"));
  CHECK(is_junit("<testsuites name='a' tests='0' failures='0' errors='0' time='1.5'/>"));
  CHECK_FALSE(is_sarif("{}"));
  CHECK_FALSE(is_sarif(R"({"version":"2.1.0","runs":[{"tool":{"driver":{}}}]})"));
  CHECK(is_sarif(R"({"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}}}]})"));
}

TEST_CASE("reports are what their formats say, whatever a goal says") {
  const ProofReport report = report_of_all();
  CHECK(is_junit(as_junit(report)));
  CHECK(is_sarif(as_sarif(report)));
  CHECK(is_junit(as_junit(ProofReport())));
  CHECK(is_sarif(as_sarif(ProofReport())));
}

TEST_CASE("JUnit counts what it holds, and each goal is a test case") {
  const pugi::xml_document document = parsed(as_junit(report_of_all()));
  const auto suites = document.child("testsuites");
  CHECK(std::string(suites.attribute("tests").value()) == "7");
  CHECK(std::string(suites.attribute("failures").value()) == "2");
  CHECK(std::string(suites.attribute("errors").value()) == "4");
  CHECK(suites.select_nodes("testsuite").size() == 2);
  CHECK(suites.select_nodes("testsuite/testcase").size() == 7);
  CHECK(suites.select_nodes("testsuite/testcase/failure").size() == 2);
  CHECK(suites.select_nodes("testsuite/testcase/error").size() == 4);
  const auto refuted = suites.select_node("//testcase[@name='ok.1/c1']").node();
  CHECK(std::string(refuted.attribute("classname").value()) == "refinement.page_map");
  const std::string text = refuted.child("failure").text().get();
  CHECK(
      has(text, "refuted: refinement/page_map/ok.1/c1\n  says     the sentence: <b> & \"quoted\" 'too' ]]> | `code`"));
  CHECK(has(text, "\xE2\x82\xAC end"));
  CHECK(has(text, "impl/page_map.hpp:24"));
  CHECK(std::string(suites.select_node("//error[@type='unknown']").node().attribute("message").value())
            .find("the reason: <b>") == 0);
}

TEST_CASE("SARIF points at the last decision of the handler, and shows the way there") {
  const json run = run_in(as_sarif(report_of_all()));
  REQUIRE(run.at("results").size() == 2);
  const json& first = run.at("results").at(0);
  CHECK(first.at("ruleId") == "refinement");
  CHECK(first.at("level") == "error");
  CHECK(first.at("partialFingerprints").at("bulkheadGoal/v1") == "refinement/page_map/ok.1/c1");
  const json& place = first.at("locations").at(0).at("physicalLocation");
  CHECK(place.at("artifactLocation").at("uri") == "impl/page_map.hpp");
  CHECK(place.at("region").at("startLine") == 24);
  const json& steps = first.at("codeFlows").at(0).at("threadFlows").at(0).at("locations");
  REQUIRE(steps.size() == 3);
  CHECK(steps.at(0).at("location").at("physicalLocation").at("region").at("startLine") == 24);
  CHECK(steps.at(0).at("kinds") == json({"branch", "true"}));
  const json& elsewhere = steps.at(1).at("location").at("physicalLocation");
  CHECK(elsewhere.at("artifactLocation").at("uri") == "impl/odd%20name.hpp");
  CHECK(steps.at(1).at("kinds") == json({"branch", "false"}));
  const json& second = run.at("results").at(1);
  CHECK_FALSE(second.contains("codeFlows"));
  CHECK(second.at("locations").at(0).at("physicalLocation").at("artifactLocation").at("uri") == "impl/page_map.hpp");
  CHECK(run.at("tool").at("driver").at("rules").size() == refine::theorems.size());
}

TEST_CASE("SARIF says of what is not decided that the run was no success") {
  const json run = run_in(as_sarif(report_of_all()));
  const json& invocation = run.at("invocations").at(0);
  CHECK(invocation.at("executionSuccessful") == false);
  json kinds = json::array();
  for (const json& note : invocation.at("toolExecutionNotifications")) {
    kinds.push_back(note.at("descriptor").at("id"));
  }
  CHECK(kinds == json({"unknown", "fault", "missing", "new"}));
}

TEST_CASE("Markdown shows what failed and lets no text out of its place") {
  const std::string text = as_markdown(report_of_all());
  CHECK(has(text, "# bulkhead prove: fault\n"));
  CHECK(has(text, "5 obligations on 12 paths in 0.0 s: 1 proved, 2 refuted, 1 unknown, 1 at fault.\n"));
  CHECK(has(text, "<details><summary><code>refinement/page_map/ok.1/c1</code></summary><pre>"));
  CHECK(has(text, "&lt;/pre&gt;&lt;/details&gt;"));
  CHECK(has(text, "- unknown: refinement/page\\_map/ok.1/c2: the reason: \\<b\\> \\& "));
  CHECK(has(text, "- missing: safety/page\\_map/ok.9/beliefs: "));
  for (const char c : text) { CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20)); }
  CHECK_NOTHROW(json(text).dump());  // it is UTF-8
}

TEST_CASE("Markdown stays below the limit of a job summary, and says what it leaves out") {
  ProofReport report = report_of_all();
  auto& goals = report.proof.parts.front().obligations;
  for (const Verdict verdict : {Verdict::refuted, Verdict::unknown, Verdict::proved}) {
    for (int i = 0; i < 10'000; ++i) {
      goals.push_back(goal_of(verdict, std::to_string(i) + "of" + std::string(name_of(verdict))));
      goals.back().seconds = 1000;
    }
  }
  report.census.missing.assign(10'000, "safety/page_map/ok.9/beliefs");
  const std::string text = as_markdown(report);
  CHECK(text.size() < size_t{1} << 20U);
  CHECK(has(text, " more are left out here; `--json` names each.\n"));
  CHECK(has(text, "\n## Undecided\n"));
  CHECK(has(text, "\n## Slowest\n"));
}

TEST_CASE("no report looks better than the verdict") {
  const auto is_good = [](const ProofReport& report) {
    const pugi::xml_document document = parsed(as_junit(report));
    const auto suites = document.child("testsuites");
    const bool junit = suites.attribute("failures").as_uint() + suites.attribute("errors").as_uint() == 0;
    const json run = run_in(as_sarif(report));
    const bool sarif = run.at("results").empty() && run.at("invocations").at(0).at("executionSuccessful");
    const bool markdown = as_markdown(report).find("# bulkhead prove: proved\n") == 0;
    CHECK(junit == sarif);
    CHECK(junit == markdown);
    CHECK(junit == (report.verdict() == Verdict::proved));
    return junit;
  };
  CHECK(is_good(report_of(Verdict::proved)));
  CHECK_FALSE(is_good(report_of(Verdict::refuted)));
  CHECK_FALSE(is_good(report_of(Verdict::unknown)));
  CHECK_FALSE(is_good(report_of(Verdict::fault)));
  CHECK_FALSE(is_good({}));
  ProofReport report = report_of(Verdict::proved);
  report.options.theorems = {"refinement", "walk"};
  CHECK_FALSE(is_good(report));
  report = report_of(Verdict::proved);
  report.proof.stopped = true;
  CHECK_FALSE(is_good(report));
  report = report_of(Verdict::proved);
  report.census.missing = {"a/b/c/d"};
  CHECK_FALSE(is_good(report));
  report = report_of(Verdict::proved);
  report.census.added = {"a/b/c/d"};
  CHECK_FALSE(is_good(report));
}

/// What a run writes, by format, without durations.
std::vector<std::string> reports_of_run(const std::string& jobs) {
  const Folder folder;
  const auto path = [&](const std::string& name) { return folder.path() + "/" + name; };
  const Ran ran = run_tool({"prove", "version", "features", "--json", "--jobs", jobs, "--junit", path("a"), "--sarif",
                            path("b"), "--markdown", path("c")});
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(json::parse(ran.out).at("verdict") == "proved");
  CHECK(is_junit(content(path("a"))));
  CHECK(is_sarif(content(path("b"))));
  return {std::regex_replace(content(path("a")), std::regex(R"(time="[0-9.]+")"), ""), content(path("b")),
          std::regex_replace(content(path("c")), std::regex(R"(in [0-9.]+ s|\| [0-9.]+ \|\n|\n## Slowest[^]*)"), "")};
}

TEST_CASE("two runs write the same but for durations") {
  const auto first = reports_of_run("1");
  CHECK(first == reports_of_run("2"));
  for (const std::string& report : first) { CHECK_FALSE(report.empty()); }
}

TEST_CASE("reports that could not be written are refused before anything is proved") {
  const Folder folder;
  for (const std::string option : {"--junit", "--sarif", "--markdown"}) {
    const std::string file = folder.path() + "/none/report";
    const Ran ran = run_tool({"prove", "version", option, file});
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err ==
          "bulkhead: " + file + ": cannot be written (No such file or directory); expected a writable folder\n");
  }
  const std::string twice = folder.path() + "/a";
  const Ran ran = run_tool({"prove", "version", "--junit", twice, "--sarif", folder.path() + "/./a"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "bulkhead: " + folder.path() + "/./a: named for two reports; expected a file for each\n");
}

TEST_CASE("a report that cannot be written leaves no verdict but undecided") {
  const Folder folder;
  const Ran ran = run_tool({"prove", "version", "--junit", "/dev/full", "--sarif", folder.path() + "/a"});
  CHECK(ran.status == 3);
  CHECK(ran.err == "bulkhead: /dev/full: cannot be written (No space left on device)\n");
  CHECK(is_sarif(content(folder.path() + "/a")));
}

}  // namespace
}  // namespace bulkhead::test
