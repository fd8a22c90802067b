#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/qemu/choices.hpp"
#include "tests/qemu/departures.hpp"

namespace bulkhead::qemu {
namespace {

std::string documentation() {
  const char* source = std::getenv("BULKHEAD_SOURCE");
  REQUIRE(source != nullptr);
  const std::ifstream stream(std::string(source) + "/docs/hardware.md");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// How often a table of the page has rows.
size_t count_rows(const std::string& text) {
  size_t rows = 0;
  for (size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) { ++rows; }
  return rows;
}

TEST_CASE("docs/hardware.md lists every departure and every choice, and no other") {
  const std::string text = documentation();
  for (const DepartureText& departure : departure_texts) {
    const std::string row = fmt::format("\n| `{}` | {} | {} | {} | `{}` |\n", departure.name, departure.says,
                                        departure.architecture, departure.section, departure.place);
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  }
  for (const Choice& choice : choices) {
    const std::string row = fmt::format("\n| `{}` | {} | {} |\n", choice.name, choice.says, choice.section);
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  }
  CHECK(count_rows(text) == departure_texts.size() + choices.size());
}

}  // namespace
}  // namespace bulkhead::qemu
