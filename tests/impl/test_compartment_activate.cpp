#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("compartment_activate ends the building") {
  BuiltBench bench;
  bench.must(Call::compartment_activate, {1});
  CHECK(bench.life(1) == CompartmentState::active);
  CHECK(bench.changes().empty());
}

TEST_CASE("compartment_activate is refused") {
  BuiltBench bench;
  check_denied(bench, Call::compartment_activate, {1});
  for (const uint64_t bad : bad_ids) { check_refused(bench, Status::bad_argument, Call::compartment_activate, {bad}); }
  check_refused(bench, Status::no_such, Call::compartment_activate, {2});
  bench.must(Call::compartment_activate, {1});
  check_refused(bench, Status::bad_state, Call::compartment_activate, {1});
  bench.must(Call::compartment_stop, {1});
  check_refused(bench, Status::bad_state, Call::compartment_activate, {1});
}

}  // namespace
}  // namespace bulkhead::impl::test
