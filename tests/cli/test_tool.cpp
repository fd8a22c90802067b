#include <iterator>

#include "tests/catch.hpp"
#include "tests/cli/ran.hpp"

namespace bulkhead::test {
namespace {

const std::vector<std::string> commands = {"fuzz", "replay", "spec", "walk"};

TEST_CASE("the version is printed") {
  const Ran ran = run_tool({"--version"});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, Catch::Matchers::StartsWith("bulkhead ") && Catch::Matchers::EndsWith("\n"));
  CHECK(ran.err.empty());
}

TEST_CASE("every command has help with an example of itself") {
  CHECK_THAT(run_tool({"--help"}).out, Catch::Matchers::Contains("Example: bulkhead "));
  for (const std::string& command : commands) {
    CAPTURE(command);
    const Ran ran = run_tool({command, "--help"});
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
    CHECK_THAT(ran.out, Catch::Matchers::Contains("Example: bulkhead " + command));
    CHECK_THAT(run_tool({"--help"}).out, Catch::Matchers::Contains("\n  " + command));
  }
}

TEST_CASE("wrong usage is one line and exit 2") {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"mend"},
                                                       {"--frobnicate"},
                                                       {"replay"},
                                                       {"replay", "--stop-after", "x", "-"},
                                                       {"spec", "a", "b"},
                                                       {"spec", "page_mop"},
                                                       {"spec", "--format", "pdf"},
                                                       {"replay", "--against", "none", "-"},
                                                       {"replay", "--format", "casemate", "-"},
                                                       {"fuzz", "--steps", "-1"},
                                                       {"fuzz", "--seed", "-1"},
                                                       {"fuzz", "--require-coverage", "-1"},
                                                       {"replay", "--stop-after", "-1", "-"},
                                                       {"fuzz", "--steps", "18446744073709551616"},
                                                       {"fuzz", "--steps", "1e3"},
                                                       {"fuzz", "--seconds", "nan"},
                                                       {"fuzz", "--seconds", "inf"},
                                                       {"fuzz", "--seconds", "-1"},
                                                       {"fuzz", "--save", "no/such/folder"},
                                                       {"fuzz", "--seconds", "0"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments);
    const Ran ran = run_tool(arguments);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Catch::Matchers::StartsWith("bulkhead: "));
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    CHECK(ran.err.back() == '\n');
  }
}

TEST_CASE("wrong usage names the help of its command") {
  CHECK_THAT(run_tool({"spec", "a", "b"}).err, Catch::Matchers::EndsWith("; `bulkhead spec --help` shows the usage\n"));
  CHECK_THAT(run_tool({"--x"}).err, Catch::Matchers::EndsWith("; `bulkhead --help` shows the usage\n"));
}

TEST_CASE("an unknown command is named, and the known ones are") {
  const Ran ran = run_tool({"mend"});
  CHECK_THAT(ran.err, Catch::Matchers::StartsWith("bulkhead: unknown command mend; expected one of "));
  for (const std::string& command : commands) { CHECK_THAT(ran.err, Catch::Matchers::Contains(command)); }
}

}  // namespace
}  // namespace bulkhead::test
