#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/census.hpp"
#include "cli/proof_report.hpp"
#include "model/error.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"

namespace bulkhead::test {
namespace {

using nlohmann::json;

const std::string goals_of_version = run_tool({"prove", "version", "--list"}).out;
const std::string beliefs = "safety/version/ok.1/beliefs\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  if (at == std::string::npos) { throw std::logic_error(what); }
  return text.replace(at, what.size(), by);
}

Ran prove_with(const std::string& census, const std::vector<std::string>& selection) {
  const Folder folder;
  std::vector<std::string> arguments = {"prove", "--census", folder.write("census", census)};
  arguments.insert(arguments.end(), selection.begin(), selection.end());
  return run_tool(arguments);
}

/// What is wrong with a file, without its path.
std::string problem_of(const std::string& census) {
  const Folder folder;
  const std::string file = folder.write("census", census);
  const Ran ran = run_tool({"prove", "version", "--census", file});
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  return replaced(ran.err, file, "FILE");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("the goals are those of the census that is checked in") {
  const Ran ran = run_tool({"prove", "--list"});
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(ran.out == cli::built_in_census());
}

TEST_CASE("a goal that the run lacks is missing") {
  const Ran ran = prove_with(goals_of_version + "safety/version/ok.2/beliefs\n", {"version"});
  CHECK(ran.status == 3);
  CHECK(has(ran.out,
            "\nmissing: the run lacks 1 goal of the census\n  safety/version/ok.2/beliefs\n\n"
            "If that is meant: `bulkhead prove --accept-census corpus/census.txt`\n"));
  CHECK_FALSE(has(ran.out, "\nnew: "));
  CHECK(has(ran.out, "\nunknown: something is missing or new in "));
}

TEST_CASE("a goal that the census lacks is new") {
  const Ran ran = prove_with(replaced(goals_of_version, beliefs, ""), {"version"});
  CHECK(ran.status == 3);
  CHECK(has(ran.out, "\nnew: the census lacks 1 goal of the run\n  safety/version/ok.1/beliefs\n\nIf that is meant: "));
  CHECK_FALSE(has(ran.out, "\nmissing: "));
}

TEST_CASE("a goal with another name is missing and new") {
  const std::string census = replaced(goals_of_version, beliefs, "safety/version/ok.1/belief\n");
  const Ran ran = prove_with(census, {"version"});
  CHECK(ran.status == 3);
  CHECK(has(ran.out, "\nmissing: the run lacks 1 goal of the census\n  safety/version/ok.1/belief\n"));
  CHECK(has(ran.out, "\nnew: the census lacks 1 goal of the run\n  safety/version/ok.1/beliefs\n"));
  const json document = json::parse(prove_with(census, {"version", "--json"}).out);
  CHECK(schema_named("bulkhead-proof/1").problem(document).empty());
  CHECK(document.at("verdict") == "unknown");
  CHECK(document.at("census").at("locked") == document.at("obligations").size());
  CHECK(document.at("census").at("missing") == json({"safety/version/ok.1/belief"}));
  CHECK(document.at("census").at("new") == json({"safety/version/ok.1/beliefs"}));
}

TEST_CASE("a list that differs is printed, and is not as it should be") {
  const Ran ran = prove_with(goals_of_version + "safety/version/ok.2/beliefs\n", {"version", "--list"});
  CHECK(ran.status == 3);
  CHECK(ran.out == goals_of_version);
  CHECK(ran.err ==
        "bulkhead: not the goals of the census: 1 missing, 0 new; `bulkhead prove` names them, --accept-census takes "
        "them over\n");
}

TEST_CASE("only what is selected is compared") {
  const std::string census = replaced(goals_of_version, beliefs, "safety/features/ok.1/beliefs\n");
  CHECK(prove_with(census, {"version", "--theorem", "contract"}).status == 0);
  CHECK(prove_with(census, {"version", "--theorem", "safety"}).status == 3);
  CHECK(prove_with(census, {"features", "--theorem", "safety"}).status == 0);
  CHECK(prove_with(census, {"features", "--theorem", "contract", "--list"}).status == 3);
  CHECK(prove_with(goals_of_version, {"--theorem", "initial", "--list"}).status == 3);
}

TEST_CASE("of many names some are shown, and how many more there are") {
  std::string census;
  for (int i = 0; i < 14; ++i) { census += "safety/version/ok.1/b" + std::to_string(i) + "\n"; }
  const Ran ran = prove_with(census + beliefs, {"version", "--theorem", "safety"});
  CHECK(ran.status == 3);
  CHECK(has(ran.out, "the run lacks 14 goals of the census\n"));
  CHECK(has(ran.out, "  safety/version/ok.1/b9\n  and 4 more; --json names each\n"));
}

TEST_CASE("what is no census is bad input, and the line says where") {
  const std::string expected = "expected a name theorem/call/path/conjunct";
  CHECK(problem_of("") == "bulkhead: FILE: empty; " + expected + " a line\n");
  CHECK(problem_of("a/b/c/d\n\ne/f/g/h\n") == "bulkhead: FILE:2: blank line; " + expected + "\n");
  CHECK(problem_of("\n") == "bulkhead: FILE:1: blank line; " + expected + "\n");
  CHECK(problem_of("a/b/c/d\na/b/c/e\na/b/c/d\n") == "bulkhead: FILE:3: a/b/c/d stands here twice\n");
  for (const std::string line : {"a/b/c", "a/b/c/d/e", "a//c/d", "/b/c/d", "a/b/c/", "# a/b/c/d", "a/b/c/d "}) {
    CHECK(problem_of("a/b/c/d\n" + line + "\n") == "bulkhead: FILE:2: " + line + "; " + expected + "\n");
  }
  CHECK(problem_of("a/b/c/d\r\n") == "bulkhead: FILE:1: a/b/c/d\\x0d; " + expected + "\n");
}

TEST_CASE("a census that cannot be read is bad input") {
  const Folder folder;
  const Ran none = run_tool({"prove", "version", "--census", folder.path() + "/none"});
  CHECK(none.status == 2);
  CHECK(none.err == "bulkhead: " + folder.path() +
                        "/none: cannot be opened (No such file or directory); expected a readable file\n");
  const Ran not_a_file = run_tool({"prove", "version", "--census", folder.path()});
  CHECK(not_a_file.status == 2);
  CHECK(not_a_file.err == "bulkhead: " + folder.path() + ": is a directory; expected a file\n");
}

TEST_CASE("a census is accepted whole, and is the list then") {
  const Folder folder;
  const std::string file = folder.write("census", "anything, for it is not read");
  const Ran ran = run_tool({"prove", "--accept-census", file});
  CHECK(ran.status == 0);
  CHECK(has(ran.out, " goals written to " + file + "\n"));
  std::ifstream written(file);
  CHECK(std::string(std::istreambuf_iterator<char>(written), {}) == cli::built_in_census());
  for (const std::string other : {"version", "--list", "--json", "--theorem=safety", "--census=x", "--junit=x"}) {
    CAPTURE(other);
    const Ran refused = run_tool({"prove", "--accept-census", file, other});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "excludes"));
  }
  CHECK(run_tool({"prove", "--accept-census", folder.path() + "/none/x"}).status == 2);
  CHECK(run_tool({"prove", "--accept-census", "/dev/full"}).status == 3);
}

TEST_CASE("a failure of the run is no new goal") {
  refine::Proof proof;
  refine::Obligation failure;
  failure.theorem = "fault";
  failure.call = "version";
  failure.path = "all";
  failure.conjunct = "is_listed";
  proof.parts.emplace_back().obligations.push_back(failure);
  const cli::CensusCheck check = cli::compare({"safety/version/ok.1/beliefs"}, proof, {});
  CHECK(check.added.empty());
  CHECK(check.missing == cli::GoalNames{"safety/version/ok.1/beliefs"});
}

}  // namespace
}  // namespace bulkhead::test
