#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("vcpu_destroy zeroes the context and returns its frame") {
  BuiltBench bench;
  bench.must(Call::vcpu_create, {1, 2, pa(7), 0x80000, 0x1234});
  bench.must(Call::vcpu_create, {1, 1, pa(9), 0x80000, 0x1234});
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::vcpu_destroy, {1, 2});
  CHECK(bench.output() == pa(7));
  CHECK(bench.state(pa(7)) == FrameState::spare);
  CHECK(bench.owner(pa(7)) == 0);
  CHECK(bench.is_zero(pa(7)));
  CHECK(bench.state(pa(9)) == FrameState::vcpu);
  CHECK(bench.changes() == Lines{"fill 0x40007000 = 0x0", "clean 0x40007000", "dsb ish"});
  check_refused(bench, Status::no_such, Call::vcpu_destroy, {1, 2});
}

TEST_CASE("vcpu_destroy is refused") {
  BuiltBench bench;
  bench.must(Call::vcpu_create, {1, 0, pa(7), 0, 0});
  check_denied(bench, Call::vcpu_destroy, {1, 0});
  for (const uint64_t bad : bad_ids) { check_refused(bench, Status::bad_argument, Call::vcpu_destroy, {bad, 0}); }
  for (const uint64_t bad : {uint64_t{512}, uint64_t{1} << 32}) {
    check_refused(bench, Status::bad_argument, Call::vcpu_destroy, {1, bad});
  }
  check_refused(bench, Status::no_such, Call::vcpu_destroy, {2, 0});
  check_refused(bench, Status::no_such, Call::vcpu_destroy, {1, 1});
}

}  // namespace
}  // namespace bulkhead::impl::test
