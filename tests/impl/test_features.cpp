#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("features says memory isolation to anyone") {
  Bench bench;
  bench.must(Call::features, {});
  CHECK(bench.output() == 1);
  CHECK(bench.call_from(1, Call::features, {}) == Status::ok);
  CHECK(bench.output() == 1);
  CHECK(bench.changes().empty());
}

}  // namespace
}  // namespace bulkhead::impl::test
