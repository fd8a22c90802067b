#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("frame_donate takes the frame from the host before it zeroes it") {
  Bench bench;
  REQUIRE(bench.state(pa(0)) == FrameState::host);
  REQUIRE(bench.word(pa(0) + 8) != 0);
  bench.must(Call::frame_donate, {pa(0)});
  CHECK(bench.state(pa(0)) == FrameState::spare);
  CHECK(bench.owner(pa(0)) == 0);
  CHECK(bench.is_zero(pa(0)));
  CHECK(bench.effects() == Lines{
                               "exception",
                               "lock",
                               "load 0x7f9fd000[0]",
                               "load 0x7f9fe000[1]",
                               "load 0x7fbff000[0]",
                               "store 0x7fe00000[0] = 0x0",
                               "dsb ishst",
                               "tlbi ipas2e1is 0x40000",
                               "dsb ish",
                               "tlbi vmalle1is 0x0",
                               "dsb ish",
                               "isb",
                               "fill 0x40000000 = 0x0",
                               "clean 0x40000000",
                               "dsb ish",
                               "unlock",
                               "eret",
                           });
}

TEST_CASE("frame_donate changes no other frame") {
  Bench bench;
  bench.must(Call::frame_donate, {pa(1)});
  CHECK(bench.state(pa(0)) == FrameState::host);
  CHECK(bench.state(pa(2)) == FrameState::host);
  CHECK(bench.word(pa(2)) == pa(2));
}

TEST_CASE("frame_donate is refused") {
  BuiltBench bench;
  bench.must(Call::shared_map, {1, shared, pa(20), 0});
  check_denied(bench, Call::frame_donate, {pa(16)});
  for (const uint64_t bad : {pa(16) + 1, pa(16) + 0x800, pa(16) | uint64_t{1} << 48, device_pa, uint64_t{0x80000000}}) {
    check_refused(bench, Status::bad_address, Call::frame_donate, {bad});
  }
  for (const uint64_t bad : {pa(0), pa(1), pa(7), pa(8), uint64_t{0x7FFFF000}}) {
    check_refused(bench, Status::bad_state, Call::frame_donate, {bad});
  }
  check_refused(bench, Status::in_use, Call::frame_donate, {pa(20)});
}

}  // namespace
}  // namespace bulkhead::impl::test
