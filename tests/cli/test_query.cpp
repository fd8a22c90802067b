#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "refine/query/expression.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"

namespace bulkhead::test {
namespace {

using nlohmann::json;

Ran query(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "query");
  return run_tool(arguments, input);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) { lines.push_back(line); }
  return lines;
}

json document(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  json made = json::parse(query(arguments).out);
  CHECK(schema_named("bulkhead-query/1").problem(made).empty());
  return made;
}

const std::string impossible = "state(f) == data and can_read(host, f)";
const std::string possible = "state(f) == data and can_write(a, f)";

TEST_CASE("A query that has no answer exits 0 and names goals, one that has exits 1 and shows it") {
  const Ran no = query({impossible});
  CHECK(no.status == 0);
  CHECK(lines_of(no.out).back().starts_with("impossible"));
  CHECK(no.err.empty());
  const Ran yes = query({possible});
  CHECK(yes.status == 1);
  CHECK(lines_of(yes.out).front().starts_with("  where    a = "));
  CHECK(yes.out.find("\n  state    compartment ") != std::string::npos);
  CHECK(lines_of(yes.out).back().starts_with("found: 1 witness (1 question, "));
}

TEST_CASE("The example of the interface") {
  const Ran ran = query({"after.can_read(b, f) and before.owner(f) == a and a != b and a != host and b != host"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("rests on ") != std::string::npos);
  CHECK(ran.out.find("refinement/*") != std::string::npos);
}

TEST_CASE("A witness of a step shows the call, its arguments and status, and the state before and after") {
  const Ran ran = query({"before.state(f) == spare and after.can_read(c, f)", "--call", "page_map"});
  CHECK(ran.status == 1);
  CHECK(ran.out.find("\n  call     page_map(cid = ") != std::string::npos);
  CHECK(ran.out.find(") -> ok\n") != std::string::npos);
  CHECK(ran.out.find("\n  values   before.state(f) = spare, after.can_read(c, f) = true\n") != std::string::npos);
  CHECK(ran.out.find("\n  before   ") != std::string::npos);
  CHECK(ran.out.find("\n  after    ") != std::string::npos);
  for (const std::string& line : lines_of(ran.out)) { CHECK(line.size() <= 100); }
}

TEST_CASE("A refused call says which condition came first") {
  const Ran ran = query({"status == in_use and caller == host", "--call", "frame_donate"});
  CHECK(ran.out.find(" -> in_use, refusal 4\n") != std::string::npos);
  CHECK(query({"caller == 7", "--call", "page_map"}).out.find(" by compartment 7 -> denied, refusal 1") !=
        std::string::npos);
  CHECK(query({"status == ok", "--call", "version"}).out.find("-> ok, version = 0x") != std::string::npos);
}

TEST_CASE("The document says what the text says") {
  const json none = document({impossible});
  CHECK(none["verdict"] == "impossible");
  CHECK(none["step"] == "none");
  CHECK(none["steps"] == 0);
  CHECK_FALSE(none["rests_on"].empty());
  const json found = document({"status == ok and before.state(f) == spare and pa == f", "--call", "page_map", "--count",
                               "2", "--step", "engine"});
  CHECK(found["verdict"] == "found");
  CHECK(found["step"] == "engine");
  REQUIRE(found["witnesses"].size() == 2);
  CHECK(found["witnesses"][0]["names"] != found["witnesses"][1]["names"]);
  CHECK(found["witnesses"][0]["calls"][0]["args"].contains("pa"));
  CHECK(found["witnesses"][0]["state"][0].contains("after"));
  const json unknown = document({possible, "--rlimit", "1"});
  CHECK(unknown["verdict"] == "unknown");
  CHECK_FALSE(unknown["undecided"].empty());
  CHECK(query({possible, "--rlimit", "1"}).status == 3);
}

/// Whether a name of the census is one of those that a pattern stands for.
bool matches(std::string_view pattern, std::string_view name) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) { return pattern == name; }
  if (!name.starts_with(pattern.substr(0, star))) { return false; }
  for (size_t i = star; i <= name.size(); ++i) {
    if (matches(pattern.substr(star + 1), name.substr(i))) { return true; }
  }
  return false;
}

std::string file_of_source(const std::string& path) {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  std::ifstream in((source == nullptr ? "." : std::string(source)) + "/" + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("The goals that an impossibility rests on are in the census") {
  const std::vector<std::string> census = lines_of(file_of_source("corpus/census.txt"));
  REQUIRE(census.size() > 1000);
  size_t goals = 0;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{impossible},
        {"state(f) == data and not can_read(owner(f), f)"},
        {"after.can_read(b, f) and before.owner(f) == a and a != b and a != host and b != host"},
        {"status != ok and after.state(f) != before.state(f)", "--call", "page_map"},
        {"status == ok and after.state(f) == host", "--call", "table_create", "--step", "engine", "--count", "1"},
        {"status == ok and before.content(f, i) != after.content(f, i)", "--call", "compartment_stop", "--step",
         "engine"}}) {
    CAPTURE(arguments);
    const json answer = document(arguments);
    for (const json& goal : answer["rests_on"]) {
      const auto is_meant = [&](const std::string& name) { return matches(goal.get<std::string>(), name); };
      CAPTURE(goal);
      CHECK(std::any_of(census.begin(), census.end(), is_meant));
      ++goals;
    }
  }
  CHECK(goals > 10);
}

TEST_CASE("Bad usage is one line and exit status 2") {
  const auto refusal = [](const std::vector<std::string>& arguments, const std::string& input = "") {
    const Ran ran = query(arguments, input);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    return ran.err;
  };
  CHECK(refusal({"state(f) = spare"}) == "bulkhead: EXPRESSION:1: column 10: `=` is written `==`\n");
  CHECK(refusal({}).find("EXPRESSION") != std::string::npos);
  CHECK(refusal({"true", "--file", "x"}).find("excludes") != std::string::npos);
  CHECK(refusal({"state(f) == data", "--steps", "2"}).find("--steps: the expression speaks of one state") !=
        std::string::npos);
  CHECK(refusal({"state(f) == data", "--call", "page_map"}).find("--call: ") != std::string::npos);
  CHECK(refusal({"status == ok", "--call", "page_mapp"}).find("page_mapp") != std::string::npos);
  CHECK(refusal({"status == ok", "--step", "engine", "--steps", "2"}).find("--steps: ") != std::string::npos);
  CHECK(refusal({"status == ok", "--count", "0"}).find("--count") != std::string::npos);
  CHECK(refusal({"--file", "no/such/file"}).find("no/such/file") != std::string::npos);
  CHECK(refusal({"--file", ""}).find("--file") != std::string::npos);
  CHECK(refusal({"--file", "-"}, "# nothing\n").find("-:2: column 1: the expression is empty") != std::string::npos);
  CHECK(refusal({"--file", "-"}, std::string(100'000, ' ')).find("longer than 65536 bytes") != std::string::npos);
}

TEST_CASE("An expression is read from a file, with the lines counted") {
  const Folder folder;
  const std::string file = folder.path() + "/isolation.query";
  std::ofstream(file) << "# no private frame is the host's\nstate(f) == data\n  and can_read(host, f)\n";
  CHECK(query({"--file", file}).status == 0);
  CHECK(query({"--file", "-"}, "state(f) == spare").status == 1);
  std::ofstream(file) << "state(f) == data\n  and can_read(hosst, f) and f\n";
  CHECK(query({"--file", file}).err.starts_with("bulkhead: " + file + ":2: column 30: `f` is a frame by column 7"));
}

TEST_CASE("A witness from boot is written as a trace that replays") {
  const Folder folder;
  const std::string file = folder.path() + "/witness.jsonl";
  const Ran ran = query({"before.maps(c, p) and status == ok and cid == c", "--call", "page_unmap", "--trace", file});
  CHECK(ran.status == 1);
  const Ran replayed = run_tool({"replay", file});
  CHECK(replayed.status == 0);
  CHECK(replayed.out.find("conforms") != std::string::npos);
  const json found = document({"maps(a, p)", "--from", "boot"});
  CHECK(found["from"] == "boot");
  CHECK(found["verdict"] == "found");
  CHECK(query({"true", "--trace", folder.path() + "/no/such/folder"}).status == 2);
  CHECK(query({"true", "--from", "nowhere"}).status == 2);
}

TEST_CASE("The help names every function, and what a step has") {
  const Ran ran = query({"--help"});
  CHECK(ran.status == 0);
  for (const auto& row : refine::query::functions()) {
    CHECK(ran.out.find("\n  " + refine::query::shape_of(row)) != std::string::npos);
  }
  for (const auto& row : refine::query::givens()) { CHECK(ran.out.find("\n  " + row.name + " ") != std::string::npos); }
  CHECK(ran.out.find("Example: bulkhead query ") != std::string::npos);
}

/// A query of the page: a line that runs the tool, and the verdict that the page gives in the line after it.
struct Documented {
  std::string arguments;
  std::string verdict;
};

std::string text_of_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("A witness is stored, tried again, drawn and shrunk like any counterexample") {
  const Folder folder;
  const std::string file = folder.path() + "/witness.json";
  REQUIRE(query({"before.state(f) == spare and after.owner(f) == c and c != host", "--save", file}).status == 1);
  const Ran again = run_tool({"cex", "replay", file});
  CHECK(again.status == 1);
  CHECK(again.out.starts_with("stands    query/compartment_create/spec/expression\n"));
  const Ran shown = run_tool({"cex", "show", file});
  CHECK(shown.out.find("at       c = A = compartment 1, f = F1 = 0x40000000\n") != std::string::npos);
  const json small = json::parse(run_tool({"cex", "shrink", file}).out);
  CHECK(small["before"]["frames"].size() == 1);
  CHECK(small["trace"].contains("text"));

  json other = json::parse(text_of_file(file));
  other["says"] = "before.state(f) == spare and after.owner(f) == c and c == host";
  folder.write("witness.json", other.dump());
  const Ran gone = run_tool({"cex", "replay", file});
  CHECK(gone.status == 0);
  CHECK(gone.out.find("the expression does not hold there") != std::string::npos);
  other["says"] = "before.state(f) == spare and after.owner(g) == c";
  folder.write("witness.json", other.dump());
  CHECK(run_tool({"cex", "replay", file}).out.find("no value is given for g") != std::string::npos);
}

TEST_CASE("A sequence of calls is no counterexample") {
  const Folder folder;
  const Ran ran = query({"status == ok", "--steps", "2", "--save", folder.path() + "/witness.json"});
  CHECK(ran.status == 2);
  CHECK(ran.err.find("a counterexample has one call; expected --trace with --steps") != std::string::npos);
}

/// In the page every query stands in a block of its own, the command after `$ ` and the verdict below.
std::vector<Documented> documented_queries() {
  const std::vector<std::string> lines = lines_of(file_of_source("docs/queries.md"));
  const std::string command = "$ bulkhead query ";
  std::vector<Documented> all;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].starts_with(command)) { all.push_back({lines[i].substr(command.size()), lines[i + 1]}); }
  }
  return all;
}

/// Splits as a shell would: at spaces, but for what stands in quotes.
std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      is_quoted = !is_quoted;
    } else if (c == ' ' && !is_quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

TEST_CASE("Every query in the documentation has the answer that stands there") {
  const std::vector<Documented> all = documented_queries();
  CHECK(all.size() >= 10);
  size_t found = 0;
  for (const Documented& one : all) {
    CAPTURE(one.arguments);
    const json answer = document(split(one.arguments));
    CHECK(answer["verdict"] == one.verdict);
    found += one.verdict == "found" ? 1 : 0;
  }
  CHECK(found >= 3);
  CHECK(all.size() - found >= 5);
}

TEST_CASE("The documentation names every function, and what a step has") {
  const std::string page = file_of_source("docs/queries.md");
  for (const auto& row : refine::query::functions()) {
    CAPTURE(row.name);
    CHECK(page.find("`" + refine::query::shape_of(row) + "`") != std::string::npos);
  }
  for (const auto& row : refine::query::givens()) {
    CAPTURE(row.name);
    CHECK(page.find("`" + row.name + "`") != std::string::npos);
  }
  for (const auto& one : refine::query::enumerators()) {
    CAPTURE(one.name);
    const bool is_a_calls = one.sort == refine::query::Sort::call;
    CHECK((is_a_calls || page.find("`" + std::string(one.name) + "`") != std::string::npos));
  }
}

}  // namespace
}  // namespace bulkhead::test
