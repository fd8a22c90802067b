#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("compartment_create makes a spare frame the root of an empty address space") {
  Bench bench;
  bench.donate(0, 1);
  bench.must(Call::compartment_create, {65535, pa(0), 512});
  const CompartmentId<C> id(65535);
  CHECK(bench.life(65535) == CompartmentState::created);
  CHECK(raw(bench.engine.compartments.root.get(id)) == pa(0) >> page_shift);
  CHECK(raw(bench.engine.compartments.vcpus.get(id)) == 512);
  CHECK(bench.state(pa(0)) == FrameState::root);
  CHECK(bench.owner(pa(0)) == 65535);
  CHECK(raw(bench.engine.frames.level.get(frame_of(Pa<C>(pa(0))))) == 0);
  CHECK(bench.is_zero(pa(0)));
  CHECK(bench.changes().empty());
}

TEST_CASE("compartment_create is refused") {
  BuiltBench bench;
  check_denied(bench, Call::compartment_create, {2, pa(7), 1});
  for (const uint64_t bad : bad_ids) {
    check_refused(bench, Status::bad_argument, Call::compartment_create, {bad, pa(7), 1});
  }
  for (const uint64_t bad : {0, 513, 1024}) {
    check_refused(bench, Status::bad_argument, Call::compartment_create, {2, pa(7), bad});
  }
  check_refused(bench, Status::bad_argument, Call::compartment_create, {2, pa(7) + 8, 0});
  for (const uint64_t bad : {pa(7) + 8, device_pa}) {
    check_refused(bench, Status::bad_address, Call::compartment_create, {1, bad, 1});
  }
  check_refused(bench, Status::in_use, Call::compartment_create, {1, pa(16), 1});
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16)}) {
    check_refused(bench, Status::bad_state, Call::compartment_create, {2, bad, 1});
  }
}

}  // namespace
}  // namespace bulkhead::impl::test
