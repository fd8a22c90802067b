#include <z3++.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"
#include "tests/refine/fake_cvc5.hpp"

/// `prove --solver` and `prove --export`.
namespace bulkhead::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

using Words = std::vector<std::string>;

Ran prove(Words words) {
  words.insert(words.begin(), "prove");
  return run_tool(words);
}

bool is_one_line(const std::string& text) { return std::count(text.begin(), text.end(), '\n') == 1; }

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// What is in a folder, by name relative to it.
std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) { files[fs::relative(entry.path(), folder).string()] = content_of(entry.path()); }
  }
  return files;
}

std::set<std::string> names_in(const json& entries) {
  std::set<std::string> names;
  for (const json& entry : entries) { names.insert(entry.at("name").get<std::string>()); }
  return names;
}

TEST_CASE("cvc5 agrees with Z3, and what each did is told") {
  const Ran ran = prove({"page_unmap", "--theorem", "contract", "--solver", "both", "--json"});
  CHECK(ran.status == 0);
  const json document = json::parse(ran.out);
  CHECK(schema_named("bulkhead-proof/1").problem(document).empty());
  CHECK(document.at("solver") == "both");
  const json& solvers = document.at("totals").at("solvers");
  REQUIRE(solvers.size() == 2);
  CHECK(solvers.at(0).at("solver") == "z3");
  CHECK(solvers.at(1).at("solver") == "cvc5");
  for (const json& solver : solvers) {
    CHECK(solver.at("goals") == document.at("obligations").size());
    CHECK(solver.at("unsat") == solver.at("goals"));
    CHECK(solver.at("version").get<std::string>().find('.') != std::string::npos);
  }
  for (const json& goal : document.at("obligations")) { CHECK(goal.at("solver") == "z3+cvc5"); }
}

TEST_CASE("cvc5 alone proves, and the text says who did") {
  const Ran ran = prove({"version", "--theorem", "contract", "--solver", "cvc5"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("cvc5 ") != std::string::npos);
  CHECK(ran.out.find("z3 ") == std::string::npos);
  CHECK(ran.out.find("\nproved: ") != std::string::npos);
}

TEST_CASE("a solver that answers wrongly is a fault, never a proof") {
  const Folder folder;
  for (const std::string solver : {"both", "cvc5"}) {
    const FakeCvc5 fake("echo sat");
    const Ran ran = prove({"page_unmap", "--theorem", "safety", "--solver", solver, "--save", folder.path(), "--rlimit",
                           "1000000", "--json"});
    CHECK(ran.status == 3);
    const json document = json::parse(ran.out);
    CHECK(document.at("totals").at("proved") == 0);
    if (solver == "cvc5") { continue; }
    CHECK(document.at("verdict") == "fault");
    for (const json& goal : document.at("obligations")) {
      const auto why = goal.at("why").get<std::string>();
      CHECK(fs::exists(why.substr(why.find("the text is in ") + 15)));
    }
  }
}

TEST_CASE("nonsense, and a crash, end undecided") {
  for (const char* answers : {"echo hello", "kill -SEGV $$"}) {
    const FakeCvc5 fake(answers);
    const Ran ran = prove({"version", "--theorem", "contract", "--solver", "both"});
    CHECK(ran.status == 3);
    CHECK(ran.out.find("\nfault: ") != std::string::npos);
    CHECK(ran.out.find("\nproved: ") == std::string::npos);
  }
}

TEST_CASE("a solver that does not end leaves its goals unknown") {
  const FakeCvc5 fake("exec sleep 60");
  const Ran ran = prove({"version", "--theorem", "safety", "--solver", "both", "--timeout", "1"});
  CHECK(ran.status == 3);
  CHECK(ran.out.find("cvc5 was out of time") != std::string::npos);
}

TEST_CASE("without cvc5 it is said in one line what to install, and plain prove does without") {
  const Folder empty;
  const SearchPath nowhere(empty.path(), SearchPath::Also::nothing);
  for (const std::string solver : {"both", "cvc5"}) {
    const Ran ran = prove({"version", "--solver", solver});
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(is_one_line(ran.err));
    CHECK(ran.err.find("package cvc5") != std::string::npos);
  }
  CHECK(prove({"version", "--theorem", "safety"}).status == 0);
}

const Words selection = {"page_unmap", "version", "--theorem", "contract", "--theorem", "nonvacuity"};

Ran export_to(const std::string& folder, Words more = {}) {
  Words words = selection;
  words.insert(words.end(), {"--export", folder});
  words.insert(words.end(), more.begin(), more.end());
  return prove(words);
}

/// A text as Z3 reads it.
struct Read {
  z3::check_result answer;
  size_t assertions;
};
Read read_back(const std::string& text) {
  z3::context context;
  z3::solver solver(context);
  solver.from_string(text.c_str());
  return {solver.check(), solver.assertions().size()};
}

TEST_CASE("an export has each goal of the census, and each file says what the index says") {
  const Folder folder;
  REQUIRE(export_to(folder.path()).status == 0);
  auto files = files_below(folder.path());
  const json index = json::parse(files.at("index.json"));
  files.erase("index.json");
  CHECK(schema_named("bulkhead-export/1").problem(index).empty());
  Words census = selection;
  census.insert(census.end(), {"--list", "--json"});
  const auto listed = json::parse(prove(census).out).at("obligations").get<std::set<std::string>>();
  std::set<std::string> named = names_in(index.at("goals"));
  for (const std::string& name : names_in(index.at("left_out"))) {
    CHECK(name.find("nonvacuity/") == 0);
    CHECK(named.insert(name).second);
  }
  CHECK(named == listed);
  CHECK(files.size() == index.at("goals").size());
  for (const json& goal : index.at("goals")) {
    const auto name = goal.at("name").get<std::string>();
    CAPTURE(name);
    const std::string& text = files.at(goal.at("file").get<std::string>());
    CHECK(text.find("; " + name + "\n") == 0);
    CHECK(text.find(goal.at("says").get<std::string>()) != std::string::npos);
    CHECK(text.find("(set-info :status unsat)") != std::string::npos);
    CHECK(goal.at("expected") == "unsat");
    const Read read = read_back(text);
    CHECK(read.answer == z3::unsat);
    CHECK(read.assertions == goal.at("assertions"));
  }
}

TEST_CASE("the text of a goal does not depend on what else is proved, nor on how") {
  const Folder folder;
  REQUIRE(export_to(folder.path() + "/a").status == 0);
  REQUIRE(export_to(folder.path() + "/b", {"--jobs", "1", "--solver", "both"}).status == 0);
  CHECK(files_below(folder.path() + "/a") == files_below(folder.path() + "/b"));
  REQUIRE(prove({"version", "--theorem", "contract", "--export", folder.path() + "/c"}).status == 0);
  auto few = files_below(folder.path() + "/c");
  few.erase("index.json");
  CHECK_FALSE(few.empty());
  const auto all = files_below(folder.path() + "/a");
  for (const auto& [name, text] : few) { CHECK(all.at(name) == text); }
}

TEST_CASE("a folder that holds something, or cannot be written, is refused in one line") {
  const Folder folder;
  const std::string file = folder.write("file", "mine");
  for (const std::string& bad : {folder.path(), file, file + "/below", std::string("/proc/bulkhead"), std::string()}) {
    CAPTURE(bad);
    const Ran ran = export_to(bad);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(is_one_line(ran.err));
  }
  CHECK(files_below(folder.path()) == std::map<std::string, std::string>{{"file", "mine"}});
}

TEST_CASE("nothing is exported where nothing is proved") {
  const Folder folder;
  CHECK(export_to(folder.path() + "/list", {"--list"}).status == 2);
  CHECK(export_to(folder.path() + "/call", {"page_maps"}).status == 2);
  CHECK(export_to(folder.path() + "/solver", {"--solver", "yices"}).status == 2);
  CHECK(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace bulkhead::test
