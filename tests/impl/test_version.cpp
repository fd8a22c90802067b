#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("version says 1.0 to anyone") {
  Bench bench;
  bench.must(Call::version, {});
  CHECK(bench.output() == 0x00010000);
  CHECK(bench.call_from(1, Call::version, {}) == Status::ok);
  CHECK(bench.output() == 0x00010000);
  CHECK(bench.changes().empty());
}

}  // namespace
}  // namespace bulkhead::impl::test
