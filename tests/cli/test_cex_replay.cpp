#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/cex_file.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/schema.hpp"

/// Counterexamples to bugs that are mended: they are gone, their traces conform, and nothing can be shrunk.
namespace bulkhead::test {
namespace {

std::string stored() {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  return (std::filesystem::path(source == nullptr ? "." : source) / "corpus" / "counterexamples").string();
}

std::string stored_file() { return stored() + "/refinement_page_unmap_ok.1_content.json"; }

size_t lines_of(const std::string& text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

TEST_CASE("no counterexample of the corpus stands on this engine") {
  const Ran text = run_tool({"cex", "replay", stored()});
  CHECK(text.status == 0);
  CHECK(text.out.find(": 0 standing\n") != std::string::npos);
  const Ran json = run_tool({"cex", "replay", "--json", stored()});
  CHECK(json.status == 0);
  const auto document = nlohmann::json::parse(json.out);
  CHECK(schema_named("bulkhead-cex-replay/1").problem(document) == "");
  CHECK(document.at("counterexamples").size() == 6);
  for (const auto& entry : document.at("counterexamples")) {
    CAPTURE(entry.dump());
    CHECK(entry.at("standing") == "gone");
    CHECK(entry.at("legal") == true);
    CHECK(entry.at("trace") == "conforms");
  }
}

TEST_CASE("the trace of a counterexample that is gone conforms") {
  for (const auto& [path, cex] : cli::load_cexes({stored()})) {
    CAPTURE(path);
    REQUIRE_FALSE(cex.trace.text.empty());
    const Ran ran = run_tool({"replay", "-"}, cex.trace.text);
    CHECK(ran.status == 0);
    CHECK(ran.out.find(": conforms (") != std::string::npos);
  }
}

TEST_CASE("a counterexample that does not stand is not shrunk") {
  const Folder folder;
  const Ran ran = run_tool({"cex", "shrink", stored_file(), "-o", folder.path() + "/small.json"});
  CHECK(ran.status == 3);
  CHECK(ran.out.empty());
  CHECK(ran.err == "bulkhead: " + stored_file() + ": cannot be shrunk, for it does not stand: the goal holds there\n");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("one counterexample is shrunk at a time") {
  const Ran two = run_tool({"cex", "shrink", stored_file(), stored_file()});
  CHECK(two.status == 2);
  CHECK(two.out.empty());
  CHECK(lines_of(two.err) == 1);
  CHECK(two.err.find("`bulkhead cex shrink --help` shows the usage") != std::string::npos);
  const Ran all = run_tool({"cex", "shrink", stored()});
  CHECK(all.status == 2);
  CHECK(all.err == "bulkhead: " + stored() + ": holds more than one; expected one counterexample\n");
}

TEST_CASE("a smaller counterexample needs a folder that is there") {
  const Folder folder;
  const std::string file = folder.path() + "/none/small.json";
  const Ran ran = run_tool({"cex", "shrink", stored_file(), "-o", file});
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  CHECK(lines_of(ran.err) == 1);
  CHECK(ran.err.find("bulkhead: " + file + ": cannot be written") == 0);
}

}  // namespace
}  // namespace bulkhead::test
