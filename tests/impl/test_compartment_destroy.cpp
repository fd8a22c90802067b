#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("compartment_destroy forgets the whole VMID before it zeroes the root") {
  Bench bench;
  bench.donate(0, 1);
  bench.must(Call::compartment_create, {3, pa(0), 1});
  bench.must(Call::compartment_stop, {3});
  bench.must(Call::compartment_destroy, {3});
  CHECK(bench.life(3) == CompartmentState::free);
  CHECK(bench.state(pa(0)) == FrameState::spare);
  CHECK(bench.owner(pa(0)) == 0);
  CHECK(bench.changes() == Lines{
                               "msr vttbr_el2 0x3000040000000",
                               "isb",
                               "tlbi vmalls12e1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "fill 0x40000000 = 0x0",
                               "clean 0x40000000",
                               "dsb ish",
                           });
}

TEST_CASE("compartment_destroy zeroes what the root remembered") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  for (const uint64_t level : {3, 2, 1}) {
    bench.must(Call::table_destroy, {1, 0, level});
    bench.must(Call::table_destroy, {1, shared, level});
  }
  REQUIRE(bench.word(pa(0)) == raw(invalid_entry<C>(IpaState::destroyed)));
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::compartment_destroy, {1});
  CHECK(bench.is_zero(pa(0)));
  bench.must(Call::compartment_create, {1, pa(0), 1});
}

TEST_CASE("compartment_destroy is refused") {
  BuiltBench bench;
  check_denied(bench, Call::compartment_destroy, {1});
  for (const uint64_t bad : bad_ids) { check_refused(bench, Status::bad_argument, Call::compartment_destroy, {bad}); }
  check_refused(bench, Status::no_such, Call::compartment_destroy, {2});
  check_refused(bench, Status::bad_state, Call::compartment_destroy, {1});
  bench.must(Call::compartment_activate, {1});
  check_refused(bench, Status::bad_state, Call::compartment_destroy, {1});
  bench.must(Call::compartment_stop, {1});
  check_refused(bench, Status::not_empty, Call::compartment_destroy, {1});
}

TEST_CASE("compartment_destroy is refused while a vCPU is left") {
  Bench bench;
  bench.donate(0, 2);
  bench.must(Call::compartment_create, {1, pa(0), 512});
  bench.must(Call::vcpu_create, {1, 511, pa(1), 0, 0});
  bench.must(Call::compartment_stop, {1});
  check_refused(bench, Status::not_empty, Call::compartment_destroy, {1});
  bench.must(Call::vcpu_destroy, {1, 511});
  bench.must(Call::compartment_destroy, {1});
}

}  // namespace
}  // namespace bulkhead::impl::test
