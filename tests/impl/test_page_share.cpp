#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_share gives the host an entry for the frame, which keeps its owner and what it holds") {
  RunningBench bench;
  bench.engine.hardware.memory().store(frame_of(Pa<C>(pa(8))), Index<C>(5), Word<C>(99));
  bench.must_own(Call::page_share, 0x2000);
  CHECK(bench.state(pa(8)) == FrameState::shared_data);
  CHECK(bench.owner(pa(8)) == 1);
  CHECK(bench.word(pa(8) + 40) == 99);
  CHECK(bench.changes() == Lines{"store 0x7fe00000[8] = 0x400087ff", "dsb ishst"});
}

TEST_CASE("page_share is refused") {
  check_own_page_refused(Call::page_share, Status::not_mapped, 0x1000);
  RunningBench bench;
  bench.must_own(Call::page_share, 0x2000);
  CHECK(bench.own(Call::page_share, 0x2000) == Status::bad_state);
  CHECK(bench.changes().empty());
}

TEST_CASE("a page of a block is shared once a table serves it") {
  BlockBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  CHECK(bench.call_from(1, Call::page_share, {run_ipa}) == Status::no_table);
  bench.must(Call::block_split, {1, run_ipa, 3, pa(7)});
  CHECK(bench.call_from(1, Call::page_share, {run_ipa}) == Status::ok);
  // Pages are folded whether they are shared or not: the host has an entry for each.
  bench.must(Call::block_fold, {1, run_ipa, 3});
  CHECK(bench.state(pa(512)) == FrameState::shared_data);
  CHECK(bench.state(pa(513)) == FrameState::data);
}

TEST_CASE("the host can neither donate nor load from nor map a frame that is shared with it") {
  RunningBench bench;
  bench.must_own(Call::page_share, 0x2000);
  CHECK(bench.call(Call::frame_donate, {pa(8)}) == Status::bad_state);
  CHECK(bench.call(Call::shared_map, {1, shared + 0x5000, pa(8), 0}) == Status::bad_state);
  CHECK(bench.call(Call::page_map, {1, 0x1000, pa(8)}) == Status::bad_state);
  bench.must(Call::compartment_create, {2, pa(9), 1});
  CHECK(bench.call(Call::page_load, {2, 0, pa(10), pa(8)}) == Status::bad_state);
}

}  // namespace
}  // namespace bulkhead::impl::test
