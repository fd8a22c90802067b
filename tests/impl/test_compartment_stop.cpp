#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("compartment_stop stops a compartment, active or not yet") {
  BuiltBench created;
  created.must(Call::compartment_stop, {1});
  CHECK(created.life(1) == CompartmentState::stopping);
  CHECK(created.changes().empty());
  BuiltBench active;
  active.must(Call::compartment_activate, {1});
  active.must(Call::compartment_stop, {1});
  CHECK(active.life(1) == CompartmentState::stopping);
}

TEST_CASE("compartment_stop is refused") {
  BuiltBench bench;
  check_denied(bench, Call::compartment_stop, {1});
  for (const uint64_t bad : bad_ids) { check_refused(bench, Status::bad_argument, Call::compartment_stop, {bad}); }
  check_refused(bench, Status::no_such, Call::compartment_stop, {2});
  bench.must(Call::compartment_stop, {1});
  check_refused(bench, Status::bad_state, Call::compartment_stop, {1});
}

}  // namespace
}  // namespace bulkhead::impl::test
