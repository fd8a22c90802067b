#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/cex_file.hpp"
#include "cli/drawing.hpp"
#include "cli/drawing_text.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"

/// docs/tutorial.md shows what the tool prints. What it prints of an engine with the bug is what the planted bugs test.
namespace bulkhead::test {
namespace {

namespace fs = std::filesystem;

const std::string refinement = "refinement_page_unmap_ok.1_content";
const std::string invariant = "invariant_page_unmap_ok.1_spare_is_zero";
const std::string shared_refinement = "refinement_page_unmap_ok.2_content";
const std::string shared_invariant = "invariant_page_unmap_ok.2_spare_is_zero";

fs::path source() {
  const char* folder = std::getenv("BULKHEAD_SOURCE");
  return folder == nullptr ? "." : folder;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string tutorial() { return content(source() / "docs/tutorial.md"); }

fs::path stored(const std::string& name) { return source() / "corpus/counterexamples" / (name + ".json"); }

/// From `start` on up to the fence that ends the block.
std::string rest_of_block(const std::string& text, const std::string& start) {
  const size_t at = text.find(start);
  INFO(start);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(start, at + 1) == std::string::npos);
  const size_t first = at + start.size();
  return text.substr(first, text.find("```", first) - first);
}

/// What the tutorial shows below a command.
std::string shown(const std::string& command) { return rest_of_block(tutorial(), "$ ./bulkhead " + command + "\n"); }

/// The folder that the tutorial has `prove` write.
struct Stored {
  Folder folder;
  Stored() {
    for (const std::string& name : {refinement, invariant, shared_refinement, shared_invariant}) {
      folder.write(name + ".json", content(stored(name)));
    }
  }
};

TEST_CASE("the tutorial's bug is the planted one") {
  const std::string patch = content(source() / "corpus/planted/unmap_without_zeroing.patch");
  CHECK(rest_of_block(tutorial(), "```diff\n") == patch.substr(patch.find("--- a/")));
}

TEST_CASE("the tutorial shows the counterexamples of the corpus") {
  const Stored cex;
  CHECK(shown("cex list cex") == run_tool({"cex", "list", cex.folder.path()}).out);
  CHECK(shown("cex show cex/" + refinement + ".json") == run_tool({"cex", "show", stored(refinement).string()}).out);
}

TEST_CASE("the tutorial shows what prove says of them") {
  const auto all = cli::load_cexes({stored(refinement).string()});
  const auto& cex = all.at(0).counterexample;
  const std::string report =
      "refuted: " + cex.goal + "\n  says     " + cex.says + "\n" + cli::as_short_text(cli::draw(cex));
  CAPTURE(report);
  CHECK(shown("prove page_unmap --counterexamples cex").find(report) != std::string::npos);
}

TEST_CASE("the tutorial shows that they are gone") {
  const Stored cex;
  const Ran ran = run_tool({"cex", "replay", cex.folder.path()});
  CHECK(ran.status == 0);
  const std::string fixed = tutorial().substr(tutorial().find("## Fix it"));
  CHECK(rest_of_block(fixed, "$ ./bulkhead cex replay cex\n") == ran.out);
}

TEST_CASE("the tutorial shows the trace, and that it conforms") {
  const auto all = cli::load_cexes({stored(refinement).string()});
  const std::string& trace = all.at(0).counterexample.trace.text;
  CHECK(rest_of_block(tutorial(), "```json\n") == trace.substr(trace.find('\n') + 1));
  const Folder folder;
  const Ran ran = run_tool({"replay", folder.write(refinement + ".jsonl", trace)});
  CHECK(ran.status == 0);
  const std::string end = ran.out.substr(folder.path().size(), ran.out.find('\n') - folder.path().size());
  CHECK(tutorial().find("\ncex" + end + "\n") != std::string::npos);
}

}  // namespace
}  // namespace bulkhead::test
