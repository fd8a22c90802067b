#include "cli/hints.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/census.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"

namespace bulkhead::test {
namespace {

using nlohmann::json;

Ran prove_with(const std::string& hints, std::vector<std::string> arguments) {
  const Folder folder;
  arguments.insert(arguments.begin(), {"prove", "--hints", folder.write("hints", hints)});
  return run_tool(arguments);
}

TEST_CASE("every hint that is checked in is for a goal of the census") {
  const auto names = cli::read_census("");
  const std::set<std::string> goals(names.begin(), names.end());
  const refine::Hints hints = cli::read_hints("");
  CHECK(hints.size() > 100);
  for (const auto& [goal, hint] : hints) { CHECK(goals.count(goal) == 1); }
}

TEST_CASE("the hints that are checked in are not out of date") {
  const json document = json::parse(run_tool({"prove", "frame_reclaim", "--theorem", "invariant", "--json"}).out);
  CHECK(document.at("verdict") == "proved");
  CHECK(document.at("stale_hints").empty());
}

TEST_CASE("a hint that does not do is said, and the goal is proved all the same") {
  const std::string goal = "invariant/frame_reclaim/ok.1/entry_maps_2mib";
  const std::string wrong = goal + " no_such_fact:1\n";
  const Ran ran = prove_with(wrong, {"frame_reclaim", "--theorem", "invariant"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("\n1 goal proved, but not from what is hinted alone\n  " + goal + "\n") != std::string::npos);
  const json document = json::parse(prove_with(wrong, {"frame_reclaim", "--theorem", "invariant", "--json"}).out);
  CHECK(schema_named("bulkhead-proof/1").problem(document).empty());
  CHECK(document.at("stale_hints") == json({goal}));
}

TEST_CASE("a state that is hinted and is none is said, and another one is found") {
  const std::string goal = "nonvacuity/frame_reclaim/ok.1/reachable";
  for (const std::string hint : {"0x1 0x2", "no_such_fact:1"}) {
    const Ran ran = prove_with(goal + " " + hint + "\n", {"frame_reclaim", "--theorem", "nonvacuity", "--json"});
    CHECK(ran.status == 0);
    CHECK(json::parse(ran.out).at("stale_hints") == json({goal}));
  }
}

TEST_CASE("what is no list of hints is bad input, and the line says where") {
  const std::string expected =
      "expected a goal and facts, each ORIGIN:NUMBER, or values, each 0x and hexadecimal digits, with a space between";
  for (const std::string line : {"a/b/c/d", "a/b/c x:1", "a/b/c/d x", "a/b/c/d x:", "a/b/c/d x:1 ", "a/b/c/d  x:1", "",
                                 "a/b/c/d x:1y", "a/b/c/d 0x", "a/b/c/d 0xg", "a/b/c/d 0x1 x:1", "a/b/c/d x:1 0x1",
                                 "a/b/c/d 1", "a/b/c/d 0x12345678123456781"}) {
    const Ran ran = prove_with("a/b/c/e x:1 :2\n" + line + "\n", {"version"});
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(":2: " + line + "; " + expected + "\n") != std::string::npos);
  }
  const Ran twice = prove_with("a/b/c/d x:1\na/b/c/d x:2\n", {"version"});
  CHECK(twice.status == 2);
  CHECK(twice.err.find(":2: a/b/c/d stands here twice\n") != std::string::npos);
  CHECK(run_tool({"prove", "version", "--hints", "/nowhere/hints"}).status == 2);
}

TEST_CASE("a list without hints is one") { CHECK(prove_with("", {"version"}).status == 0); }

TEST_CASE("hints are renewed where they do not do, and all others stay as they are") {
  const std::string kept = "invariant/frame_reclaim/ok.1/entry_maps_2mib";
  const std::string wrong = "nonvacuity/vcpu_create/in_use.1/reachable";
  const std::string others = "refinement/no_such/ok.1/goal";
  const refine::Hint good = cli::read_hints("").at(kept);
  const Folder folder;
  const std::string file =
      folder.write("hints", cli::hints_as_text({{kept, good}, {wrong, {"0x1", "0x2"}}, {others, {"x:1"}}}));
  const auto accept = [&file](const std::string& call, const std::string& theorem) {
    CHECK(run_tool({"prove", call, "--theorem", theorem, "--hints", file, "--accept-hints", file}).status == 0);
    return cli::read_hints(file);
  };
  const refine::Hints first = accept("frame_reclaim", "invariant");
  CHECK(first.at(kept) == good);
  CHECK(first.at(wrong) == refine::Hint{"0x1", "0x2"});
  CHECK(first.count(others) == 1);
  const refine::Hints second = accept("vcpu_create", "nonvacuity");
  CHECK(second.at(wrong).size() > 2);
  for (const auto& [goal, hint] : first) { CHECK((goal == wrong || second.at(goal) == hint)); }
}

TEST_CASE("hints are accepted from a proof that could be another's") {
  CHECK(run_tool({"prove", "--accept-hints", "/nowhere/hints"}).status == 2);
  CHECK(run_tool({"prove", "--accept-hints", "hints", "--hints", "/nowhere/hints"}).status == 2);
  using Words = std::vector<std::string>;
  for (const Words& option : {Words{"--seed", "1"}, {"--solver", "cvc5"}, {"--junit", "hints.xml"}}) {
    CHECK(run_tool({"prove", "--accept-hints", "hints", option[0], option[1]}).status == 2);
  }
}

TEST_CASE("what is found is written as it is read") {
  refine::Proof proof;
  refine::Part& part = proof.parts.emplace_back();
  part.obligations.push_back(refine::obligation_named("a/b/c/d", "it holds"));
  part.obligations.push_back(refine::obligation_named("a/b/c/e", "it holds"));
  part.obligations.back().hint = {"x:1", ":2"};
  part.obligations.push_back(refine::obligation_named("a/b/c/f", "it can be"));
  part.obligations.back().hint = {"0x0", "0xffffffffffffffff"};
  const std::string text = cli::hints_as_text(cli::renewed_hints(proof, {}));
  CHECK(text == "a/b/c/e x:1 :2\na/b/c/f 0x0 0xffffffffffffffff\n");
  std::istringstream in(text);
  CHECK(cli::hints_of(in, "hints") ==
        refine::Hints{{"a/b/c/e", {"x:1", ":2"}}, {"a/b/c/f", {"0x0", "0xffffffffffffffff"}}});
}

}  // namespace
}  // namespace bulkhead::test
