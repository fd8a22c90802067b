#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "cli/cex_file.hpp"
#include "cli/cex_folder.hpp"
#include "cli/progress_bar.hpp"
#include "cli/proof_report.hpp"
#include "cli/tool.hpp"
#include "model/error.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/random_cex.hpp"

namespace bulkhead::cli {
namespace {

using nlohmann::json;
using refine::Job;
using refine::Obligation;
using refine::Proof;
using refine::ProofOptions;
using refine::Purpose;
using refine::run_jobs;
using refine::Tell;
using refine::totals;
using refine::Verdict;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome prove(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "prove");
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Io io{in, out, err};
  const int status = run(arguments, io);
  return {status, out.str(), err.str()};
}

std::string last_line(const std::string& text) {
  const size_t end = text.rfind('\n');
  return text.substr(text.rfind('\n', end - 1) + 1, end - text.rfind('\n', end - 1) - 1);
}

Obligation obligation(const std::string& conjunct, Verdict verdict) {
  Obligation made;
  made.theorem = "safety";
  made.call = "version";
  made.path = "ok.1";
  made.conjunct = conjunct;
  made.text = "a sentence";
  made.verdict = verdict;
  return made;
}

/// A job with those obligations.
Job job(const std::string& subject, std::vector<Obligation> obligations, unsigned weight = 1) {
  return {subject, weight, [obligations](Purpose, const Tell& tell) { tell({obligations, 0, ""}); }};
}

TEST_CASE("A call that does what the spec allows is proved") {
  for (const std::string call : {"version", "compartment_activate"}) {
    const Outcome outcome = prove({call});
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(last_line(outcome.out).find("proved: ") == 0);
    CHECK(outcome.out.find(call) != std::string::npos);
  }
}

TEST_CASE("The JSON document has what the schema says") {
  const Outcome outcome = prove({"version", "--json", "--jobs", "1"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json document = json::parse(outcome.out);
  CHECK(document.at("schema") == "bulkhead-proof/1");
  CHECK(document.at("verdict") == "proved");
  CHECK(document.at("solver") == "z3");
  CHECK(document.at("version").get<std::string>().find('.') != std::string::npos);
  const json& totals = document.at("totals");
  CHECK(totals.at("obligations") == document.at("obligations").size());
  CHECK(totals.at("proved") == document.at("obligations").size());
  CHECK(totals.at("refuted") == 0);
  CHECK(totals.at("unknown") == 0);
  CHECK(totals.at("paths") == 1);
  CHECK(totals.at("seconds").get<double>() > 0);
  REQUIRE_FALSE(document.at("obligations").empty());
  for (const json& goal : document.at("obligations")) {
    const auto text = [&goal](const char* key) { return goal.at(key).get<std::string>(); };
    CHECK(text("name") == text("theorem") + "/" + text("call") + "/" + text("path") + "/" + text("conjunct"));
    CHECK(text("verdict") == "proved");
    CHECK(text("solver") == "z3");
    CHECK(goal.at("seconds").is_number());
    CHECK(goal.at("rlimit").is_number_unsigned());
  }
}

TEST_CASE("Names are the same on every run, and the list is what is proved") {
  const auto names = [](const std::vector<std::string>& arguments) {
    std::vector<std::string> list;
    const json document = json::parse(prove(arguments).out);
    for (const json& goal : document.at("obligations")) {
      list.push_back(goal.is_string() ? goal.get<std::string>() : goal.at("name").get<std::string>());
    }
    return list;
  };
  const auto first = names({"compartment_activate", "version", "--json"});
  CHECK(first == names({"version", "compartment_activate", "--json", "--jobs", "1", "--seed", "7"}));
  CHECK(first == names({"version", "compartment_activate", "--json", "--list"}));
  CHECK(std::set<std::string>(first.begin(), first.end()).size() == first.size());
}

TEST_CASE("--list prints a name a line") {
  const Outcome outcome = prove({"version", "--list", "--theorem", "safety", "--theorem", "nonvacuity"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "safety/version/ok.1/beliefs\nnonvacuity/version/ok.1/reachable\n");
}

TEST_CASE("A call may follow a theorem") {
  CHECK(prove({"--theorem", "safety", "version", "--list"}).out == "safety/version/ok.1/beliefs\n");
}

TEST_CASE("What is not known is bad usage, in one line that lists what is") {
  for (const auto& arguments : {std::vector<std::string>{"page_maps"},
                                {"--theorem", "truth"},
                                {"--jobs", "0"},
                                {"--timeout", "0"},
                                {"--memory", "0"},
                                {"--rlimit", "0"},
                                {"--seed", "x"}}) {
    const Outcome outcome = prove(arguments);
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("bulkhead: ") == 0);
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
  CHECK(prove({"page_maps"}).err.find("page_unmap") != std::string::npos);
  CHECK(prove({"--theorem", "truth"}).err.find("nonvacuity") != std::string::npos);
  CHECK(prove({"walk"}).err.find("or --theorem walk") != std::string::npos);
}

TEST_CASE("A selection without an obligation proves nothing") {
  const Outcome outcome = prove({"version", "--theorem", "walk"});
  CHECK(outcome.status == 3);
  CHECK(last_line(outcome.out).find("unknown: ") == 0);
  const Outcome list = prove({"version", "--theorem", "walk", "--list"});
  CHECK(list.status == 3);
  CHECK(list.out.empty());
  CHECK(list.err == "bulkhead: no obligation is in this selection\n");
  CHECK(json::parse(prove({"version", "--theorem", "walk", "--json"}).out).at("verdict") == "unknown");
}

TEST_CASE("A named theorem without an obligation is missing, whatever else is proved") {
  const Outcome outcome = prove({"version", "--theorem", "walk", "--theorem", "safety"});
  CHECK(outcome.status == 3);
  CHECK(outcome.out.find("missing: walk") != std::string::npos);
}

TEST_CASE("A goal out of resources is unknown") {
  const Outcome outcome = prove({"compartment_activate", "--rlimit", "1", "--theorem", "refinement"});
  CHECK(outcome.status == 3);
  CHECK(last_line(outcome.out).find("unknown: ") == 0);
}

TEST_CASE("A fault counts before a refutation, and that before what is unknown") {
  const auto verdict = [](std::vector<Obligation> obligations) {
    return totals(run_jobs({job("version", std::move(obligations))}, {})).verdict();
  };
  const auto proved = obligation("a", Verdict::proved);
  const auto unknown = obligation("b", Verdict::unknown);
  const auto refuted = obligation("c", Verdict::refuted);
  CHECK(verdict({}) == Verdict::unknown);
  CHECK(verdict({proved}) == Verdict::proved);
  CHECK(verdict({proved, unknown}) == Verdict::unknown);
  CHECK(verdict({proved, unknown, refuted}) == Verdict::refuted);
  CHECK(verdict({proved, refuted, obligation("d", Verdict::fault)}) == Verdict::fault);
}

TEST_CASE("Two obligations of one name are a fault") {
  const auto goal = obligation("a", Verdict::proved);
  const Proof proof = run_jobs({job("version", {goal}), job("features", {goal})}, {});
  CHECK(proof.parts[0].obligations[0].verdict == Verdict::proved);
  CHECK(proof.parts[1].obligations[0].verdict == Verdict::fault);
}

TEST_CASE("Results stand in the order of the jobs, whatever ran first") {
  std::vector<Job> jobs;
  for (unsigned i = 0; i < 40; ++i) {
    jobs.push_back(job(std::to_string(i), {obligation(std::to_string(i), Verdict::proved)}, i % 7));
  }
  ProofOptions options;
  options.jobs = 8;
  const Proof proof = run_jobs(jobs, options);
  for (unsigned i = 0; i < 40; ++i) { CHECK(proof.parts[i].subject == std::to_string(i)); }
  CHECK(totals(proof).of(Verdict::proved) == 40);
}

TEST_CASE("A proof that is stopped is not a proof, and says what it has") {
  ProofOptions options;
  options.jobs = 1;
  size_t done = 0;
  options.progress = [&done](const refine::Progress& at) { done = at.done; };
  options.stop = [&done] { return done == 2; };
  const std::vector<Obligation> goals = {obligation("a", Verdict::proved), obligation("b", Verdict::proved),
                                         obligation("c", Verdict::proved)};
  const auto all_but_the_last = [goals](Purpose purpose, const Tell& tell) {
    if (purpose == Purpose::list) { return tell({goals, 0, ""}); }
    tell({{goals[0], goals[1]}, 0, "safety"});
    std::this_thread::sleep_for(std::chrono::hours(1));
  };
  const ProofReport report{run_jobs({{"version", 2, all_but_the_last}}, options), options};
  CHECK(report.proof.stopped);
  CHECK(report.verdict() == Verdict::unknown);
  CHECK(totals(report.proof).of(Verdict::proved) == 2);
  const std::string text = as_text(report);
  CHECK(text.find("unknown: 1 goal of version, from safety/version/ok.1/c on\n"
                  "  why      not reached: the proof was interrupted\n") != std::string::npos);
  CHECK(last_line(text).find("unknown: interrupted after ") == 0);
  CHECK(last_line(text).find("of 3 obligations, 2 came to an end and 2 proved; the rest is missing") !=
        std::string::npos);
  const json document = json::parse(as_json(report));
  CHECK(document.at("stopped") == true);
  CHECK(document.at("obligations").size() == 3);
  CHECK(document.at("obligations")[1].at("reached") == true);
  CHECK(document.at("obligations")[2].at("reached") == false);
}

TEST_CASE("A goal that takes over half of its limits is reported") {
  ProofOptions options;
  options.limits.rlimit = 1000;
  options.limits.timeout_seconds = 10;
  const auto took = [](const char* name, uint64_t rlimit, double seconds) {
    Obligation goal = obligation(name, Verdict::proved);
    goal.rlimit = rlimit;
    goal.seconds = seconds;
    return goal;
  };
  const std::vector<Obligation> goals = {took("half", 500, 5), took("resources", 501, 0.1), took("time", 3, 5.1),
                                         took("attempts", 1800, 9)};
  const ProofReport report{run_jobs({job("version", goals)}, options), options};
  const std::string text = as_text(report);
  CHECK(text.find("\n3 goals took over half of their limits\n"
                  "    50 %  safety/version/ok.1/resources\n"
                  "    51 %  safety/version/ok.1/time\n"
                  "   180 %  safety/version/ok.1/attempts\n") != std::string::npos);
  const json document = json::parse(as_json(report));
  for (size_t i = 0; i < goals.size(); ++i) { CHECK(document.at("obligations")[i].at("near_limit") == (i != 0)); }
}

TEST_CASE("The bar shows goals and, once some are done, the time left") {
  CHECK(progress_bar(0, 0, "goal", 1) == "[                              ] 0 of 0 goals");
  CHECK(progress_bar(0, 2385, "goal", 1) == "[                              ] 0 of 2,385 goals");
  CHECK(progress_bar(1200, 2400, "goal", 6) == "[===============               ] 1,200 of 2,400 goals, 6 s left");
  CHECK(progress_bar(1, 101, "goal", 1.5) == "[                              ] 1 of 101 goals, 2 min 30 s left");
  CHECK(progress_bar(3, 3, "goal", 6) == "[==============================] 3 of 3 goals");
}

TEST_CASE("A refutation shows what went wrong, the call, the path and the places") {
  Obligation goal = obligation("frame.state", Verdict::refuted);
  goal.counterexample = {test::plain_cex()};
  goal.counterexample.front().made->path = {{std::string(__FILE__), 24, true}, {std::string(__FILE__), 31, false}};
  const std::string text = as_text(ProofReport{run_jobs({job("version", {goal})}, {}), {}});
  INFO(text);
  CHECK(text.find("refuted: safety/version/ok.1/frame.state\n  says     a sentence\n"
                  "  wrong    The tables contradict the engine's record of F1: mapped at IPA 0x0 of A, where it is not\n"
                  "           found.\n") != std::string::npos);
  CHECK(text.find("  call     page_map(cid = 1 (A), ipa = 0x4000, pa = 0x40081000 (F1)), by the host on CPU 0\n"
                  "  engine   ok\n") != std::string::npos);
  CHECK(text.find("tests/cli/test_prove.cpp:24 ") != std::string::npos);
  CHECK(text.find("../tests") == std::string::npos);
  CHECK(text.find("\n  >* F1 = 0x40081000             spare         data of A ") != std::string::npos);
  CHECK(last_line(text).find("refuted: 1 of 1 obligation on ") == 0);
}

TEST_CASE("Counterexamples are written to a folder, a file each") {
  const test::Folder folder;
  ProofReport report{run_jobs({job("version", {obligation("a", Verdict::proved)})}, {}), {}};
  prepare_folder(folder.path() + "/new/one");
  CHECK(write_counterexamples(folder.path() + "/new/one", report) == 0);
  Obligation goal = obligation("b", Verdict::refuted);
  goal.counterexample = {test::plain_cex()};
  report.proof.parts.front().obligations.push_back(goal);
  CHECK(write_counterexamples(folder.path(), report) == 1);
  const auto stored = load_cexes({folder.path() + "/safety_version_ok.1_b.json"});
  REQUIRE(stored.size() == 1);
  CHECK(stored.front().counterexample.goal == test::plain_cex().goal);
  CHECK_THROWS_AS(prepare_folder(folder.write("file", "")), Error);
}

TEST_CASE("A proof without a refutation writes no counterexample and says so") {
  const test::Folder folder;
  const auto ran = test::run_tool({"prove", "version", "--theorem", "contract", "--counterexamples", folder.path()});
  CHECK(ran.status == 0);
  CHECK(ran.err == "0 counterexamples written to " + folder.path() + "\n");
}

}  // namespace
}  // namespace bulkhead::cli
