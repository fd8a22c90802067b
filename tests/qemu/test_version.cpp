#include "tests/qemu/version.hpp"

#include "tests/catch.hpp"

namespace bulkhead::qemu {
namespace {

TEST_CASE("The version stands in the first line") {
  CHECK(version_in("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright\n") == "7.2.22");
  CHECK(version_in("QEMU emulator version 10.0.2\n") == "10.0.2");
  CHECK(version_in("something else").empty());
  CHECK(version_in("").empty());
}

TEST_CASE("A program that prints none has none") { CHECK(version_of("/bin/true").empty()); }

}  // namespace
}  // namespace bulkhead::qemu
