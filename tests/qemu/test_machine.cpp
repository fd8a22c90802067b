#include "tests/qemu/machine.hpp"

#include <stdexcept>

#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"

namespace bulkhead::qemu {
namespace {

TEST_CASE("A program is found where it is") {
  CHECK(find_program("sh").ends_with("/sh"));
  CHECK(find_program("no-such-program").empty());
}

TEST_CASE("A machine that does not run, or writes nothing, is an error") {
  const test::Folder folder;
  const auto run = [&folder](const char* program) { Machine(program, "guest.elf", "max", folder.path()).answer({}); };
  CHECK_THROWS_WITH(run("/bin/false"), Catch::Matchers::Contains("exit status 1"));
  CHECK_THROWS_WITH(run("/no/such/program"), Catch::Matchers::Contains("exit status 121"));
  CHECK_THROWS_WITH(run("/bin/true"), Catch::Matchers::Contains("0 bytes: expected 24"));
}

}  // namespace
}  // namespace bulkhead::qemu
