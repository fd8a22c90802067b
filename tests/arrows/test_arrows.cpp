#include <cstdlib>
#include <fstream>
#include <map>

#include "tests/arrows/arrows.hpp"
#include "tests/catch.hpp"

namespace {

namespace fs = std::filesystem;
using bulkhead::arrows::wrong_arrows;

fs::path source_root() {
  const char* root = std::getenv("BULKHEAD_SOURCE");
  REQUIRE(root != nullptr);
  return root;
}

/// What the first line of a file of the example tree says that the checker finds in it.
std::string expectation_of(const fs::path& file) {
  static const std::string marker = "// expected: ";
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  INFO(file);
  REQUIRE(line.starts_with(marker));
  return line.substr(marker.size());
}

std::map<std::string, std::string> expectations(const fs::path& tree) {
  std::map<std::string, std::string> expected;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    if (!entry.is_regular_file()) { continue; }
    const std::string what = expectation_of(entry.path());
    if (what != "nothing") { expected.emplace(entry.path().lexically_relative(tree).generic_string(), what); }
  }
  return expected;
}

}  // namespace

TEST_CASE("arrows point down only", "[arrows]") {
  std::string found;
  for (const auto& [file, line, what] : wrong_arrows(source_root())) {
    found += file + ":" + std::to_string(line) + ": " + what + "\n";
  }
  INFO(found);
  CHECK(found.empty());
}

TEST_CASE("each wrong arrow of the example tree is found, and nothing else", "[arrows]") {
  const fs::path tree = source_root() / "tests/arrows/tree";
  std::map<std::string, std::string> found;
  for (const auto& [file, line, what] : wrong_arrows(tree)) {
    CHECK(found.emplace(file, std::to_string(line) + ": " + what).second);
  }
  CHECK(found == expectations(tree));
}
