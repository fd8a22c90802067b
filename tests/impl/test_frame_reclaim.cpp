#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("frame_reclaim gives the zeroed frame back to the host") {
  Bench bench;
  bench.donate(0, 1);
  bench.must(Call::frame_reclaim, {pa(0)});
  CHECK(bench.state(pa(0)) == FrameState::host);
  CHECK(bench.is_zero(pa(0)));
  CHECK(bench.changes() == Lines{"store 0x7fe00000[0] = 0x400007ff", "dsb ishst"});
  bench.must(Call::frame_donate, {pa(0)});
}

TEST_CASE("frame_reclaim is refused") {
  BuiltBench bench;
  check_denied(bench, Call::frame_reclaim, {pa(7)});
  for (const uint64_t bad : {pa(7) + 1, pa(7) | uint64_t{1} << 63, device_pa}) {
    check_refused(bench, Status::bad_address, Call::frame_reclaim, {bad});
  }
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16), uint64_t{0x7FFFF000}}) {
    check_refused(bench, Status::bad_state, Call::frame_reclaim, {bad});
  }
}

}  // namespace
}  // namespace bulkhead::impl::test
