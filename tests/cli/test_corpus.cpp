#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "cli/coverage.hpp"
#include "model/trace_reader.hpp"
#include "spec/boot.hpp"
#include "spec/rules.hpp"
#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"
#include "tests/tools/corpus.hpp"
#include "tests/tools/edits.hpp"
#include "tests/tools/scenarios.hpp"

namespace bulkhead::test {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  return fs::path(source == nullptr ? "." : source) / "corpus" / "traces";
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, std::string> files() {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::directory_iterator(corpus())) {
    all[entry.path().filename().string()] = content(entry.path());
  }
  return all;
}

/// The lines after the header.
std::vector<std::string> events_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) { lines.push_back(line); }
  lines.erase(lines.begin());
  return lines;
}

/// What `replay` says of a trace of so many events: that it conforms, or diverges at the line of its edit.
std::string end_of(const std::string& name, size_t events) {
  const auto edit = std::find_if(edits().begin(), edits().end(),
                                 [&](const Edit& any) { return std::string(any.name) + ".jsonl" == name; });
  if (edit == edits().end()) { return ": conforms (" + std::to_string(events) + " events)"; }
  return ":" + std::to_string(edit->diverges_at) + ": diverges";
}

/// Whether one line was changed, left out, put in, or swapped with the next.
bool is_one_step(const std::vector<std::string>& good, const std::vector<std::string>& bad) {
  const auto [first, first_bad] = std::mismatch(good.begin(), good.end(), bad.begin(), bad.end());
  const auto [last, last_bad] = std::mismatch(good.rbegin(), std::make_reverse_iterator(first), bad.rbegin(),
                                              std::make_reverse_iterator(first_bad));
  const std::vector<std::string> from(first, last.base());
  const std::vector<std::string> to(first_bad, last_bad.base());
  if (from.size() == 2 && to.size() == 2) { return from[0] == to[1] && from[1] == to[0]; }
  return from.size() <= 1 && to.size() <= 1 && from.size() + to.size() > 0;
}

/// Counts what the calls of a trace returned.
void count_calls(const std::string& text, cli::Coverage& coverage) {
  std::istringstream in(text);
  trace::Reader reader(in, "trace");
  trace::Event event;
  while (reader.next(event)) {
    if (const auto* call = std::get_if<trace::CallEvent>(&event.what)) {
      coverage.count({call->call, call->result.status});
    }
  }
}

TEST_CASE("the corpus is what the engine does today") {
  const auto recorded = record_corpus();
  const auto stored = files();
  for (const auto& [name, text] : recorded) {
    INFO(name << ": `record-corpus corpus/traces` writes it anew");
    REQUIRE(stored.count(name) == 1);
    CHECK(stored.at(name) == text);
  }
  for (const auto& [name, text] : stored) {
    INFO(name << " is recorded by no scenario");
    CHECK(recorded.count(name) == 1);
  }
}

TEST_CASE("every trace of the corpus says where it came from and how it ends") {
  size_t good = 0;
  size_t bad = 0;
  for (const auto& [name, text] : files()) {
    CAPTURE(name);
    std::istringstream in(text);
    const trace::Header header = trace::Reader(in, name).header();
    CHECK_FALSE(header.source.empty());
    REQUIRE(header.expectation.has_value());
    const bool conforms = header.expectation->diverges_at == 0;
    CHECK(name.substr(0, 5) == (conforms ? "good_" : "bad_" + name.substr(4, 1)));
    ++(conforms ? good : bad);
  }
  CHECK(good >= 8);
  CHECK(bad >= 20);
}

TEST_CASE("every good trace is accepted, every bad one stopped at its line") {
  const Ran both = run_tool({"replay", corpus().string()});
  CHECK(both.status == 0);
  CHECK(both.err.empty());
  std::string expected;
  for (const auto& [name, text] : files()) {
    expected += (corpus() / name).string() + end_of(name, events_of(text).size()) + ", as it says\n";
  }
  CHECK(both.out.substr(0, both.out.rfind("replayed ")) == expected);
  for (const std::string against : {"spec", "engine"}) {
    CHECK(run_tool({"replay", corpus().string(), "--against", against}).status == 0);
  }
}

TEST_CASE("judged like any other, the good traces conform and the bad ones diverge") {
  for (const auto& [name, text] : files()) {
    CAPTURE(name);
    CHECK(run_tool({"replay", "-", "--ignore-expect"}, text).status == (name.substr(0, 5) == "good_" ? 0 : 1));
  }
}

TEST_CASE("every bad trace is a good one changed by one step") {
  const auto stored = files();
  for (const Edit& edit : edits()) {
    CAPTURE(edit.name);
    const auto good = events_of(stored.at(std::string(edit.good) + ".jsonl"));
    const auto bad = events_of(stored.at(std::string(edit.name) + ".jsonl"));
    CHECK(is_one_step(good, bad));
  }
  CHECK_FALSE(is_one_step({"a", "b"}, {"a", "b"}));
  CHECK_FALSE(is_one_step({"a", "b", "c"}, {"b", "c", "a"}));
  CHECK_FALSE(is_one_step({"a", "b", "c"}, {"a"}));
}

TEST_CASE("every call returns each of its statuses in some good trace") {
  cli::Coverage coverage;
  for (const auto& [name, text] : files()) {
    if (name.substr(0, 5) == "good_") { count_calls(text, coverage); }
  }
  INFO(coverage.table());
  CHECK(coverage.below(1).empty());
  CHECK(cli::reachable_pairs().size() > 90);
}

/// Which failure conditions come first at some call of the scenario.
std::set<std::pair<Call, size_t>> decided_in(std::string_view name) {
  Recorder recorder;
  const auto wanted =
      std::find_if(scenarios().begin(), scenarios().end(), [name](const Scenario& any) { return any.name == name; });
  REQUIRE(wanted != scenarios().end());
  wanted->play(recorder);
  auto state = spec::boot(MachineDescription{});
  std::set<std::pair<Call, size_t>> seen;
  for (const trace::Event& event : recorder.events()) {
    const auto* call = std::get_if<trace::CallEvent>(&event.what);
    if (call == nullptr) { continue; }
    const auto& rule = spec::rule_of<Concrete>(call->call);
    const auto inputs = spec::name_inputs<Concrete>(call->call, call->arguments);
    const size_t first = spec::first_refusal(rule, state, inputs);
    if (first != rule.refusals.size()) { seen.emplace(call->call, first); }
    CHECK(spec::step(state, call->call, call->arguments).status == call->result.status);
  }
  return seen;
}

TEST_CASE("every failure condition of every call comes first once in a good trace about the call") {
  auto seen = decided_in("good_refusals");
  for (const char* of_its_own : {"good_folded", "good_claimed", "good_page_shared", "good_given_back", "good_vcpus"}) {
    seen.merge(decided_in(of_its_own));
  }
  for (const CallRow& row : calls) {
    const auto& refusals = spec::rule_of<Concrete>(row.call).refusals;
    for (size_t i = 0; i < refusals.size(); ++i) {
      INFO(row.name << ": " << refusals[i].text);
      CHECK(seen.count({row.call, i}) == 1);
    }
  }
}

}  // namespace
}  // namespace bulkhead::test
