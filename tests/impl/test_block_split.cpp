#include "impl/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

constexpr uint64_t gib = 0x40000000;

/// A bench with blocks in the place of both runs. Frames 7 and 9 are spare.
class FoldedBench : public BlockBench {
 public:
  FoldedBench() {
    must(Call::block_fold, {1, run_ipa, 3});
    must(Call::block_fold, {1, shared_run_ipa, 3});
  }
};

TEST_CASE("block_split fills the table, breaks the block, and only then links the table") {
  FoldedBench bench;
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  CHECK(bench.changes() == Lines{
                               "fill 0x4000c000 = 0x402007ff step 0x1000",
                               "store 0x40002000[1] = 0x0",
                               "dsb ishst",
                               "msr vttbr_el2 0x1000040000000",
                               "isb",
                               "tlbi vmalls12e1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "store 0x40002000[1] = 0x4000c003",
                               "dsb ishst",
                           });
  CHECK(bench.word(pa(12)) == (pa(512) | 0x7ff));
  CHECK(bench.word(pa(12) + 0xff8) == (pa(1023) | 0x7ff));
}

TEST_CASE("block_split records the table") {
  FoldedBench bench;
  bench.must(Call::block_split, {1, shared_run_ipa, 3, pa(7)});
  const auto frame = frame_of(Pa<C>(pa(7)));
  CHECK(bench.state(pa(7)) == FrameState::table);
  CHECK(bench.owner(pa(7)) == 1);
  CHECK(raw(bench.engine.frames.level.get(frame)) == 3);
  CHECK(raw(bench.engine.frames.base.get(frame)) == shared_run_ipa >> page_shift);
  CHECK(raw(address_of(bench.engine.frames.parent_table.get(frame))) == pa(5));
  CHECK(raw(bench.engine.frames.parent_index.get(frame)) == 1);
  CHECK(bench.word(pa(7) + 8) == (pa(1025) | 0x77f));
  CHECK(bench.state(pa(1025)) == FrameState::host);
  CHECK(bench.owner(pa(1025)) == 1);
}

TEST_CASE("a page of a block that was split is a page as any other") {
  FoldedBench bench;
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::page_unmap, {1, run_ipa + 0x3000});
  CHECK(bench.output() == pa(515));
  CHECK(bench.state(pa(515)) == FrameState::spare);
  CHECK(bench.word(pa(12) + 24) == raw(invalid_entry<C>(IpaState::destroyed)));
  CHECK(bench.word(pa(12) + 32) == (pa(516) | 0x7ff));
  check_refused(bench, Status::bad_state, Call::block_fold, {1, run_ipa, 3});
}

TEST_CASE("what was split folds to the same block") {
  FoldedBench bench;
  const uint64_t block = bench.word(pa(2) + 8);
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  CHECK(bench.output() == pa(12));
  CHECK(bench.word(pa(2) + 8) == block);
}

TEST_CASE("block_split works while the compartment is active, and when it is stopping") {
  FoldedBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::block_split, {1, shared_run_ipa, 3, pa(13)});
  bench.must(Call::page_unmap, {1, run_ipa});
  CHECK(bench.word(pa(12)) == 0);
  bench.must(Call::shared_unmap, {1, shared_run_ipa});
}

TEST_CASE("a block of 1 GiB becomes 512 of 2 MiB, and one of them a table") {
  BuiltBench bench;
  bench.engine.hardware.memory().store(frame_of(Pa<C>(pa(1))), Index<C>(1), Word<C>(2 * gib | 0x7fd));
  check_refused(bench, Status::no_table, Call::block_split, {1, gib, 3, pa(7)});
  bench.must(Call::block_split, {1, gib, 2, pa(7)});
  CHECK(bench.changes().front() == "fill 0x40007000 = 0x800007fd step 0x200000");
  CHECK(bench.word(pa(1) + 8) == (pa(7) | 3));
  CHECK(raw(bench.engine.frames.level.get(frame_of(Pa<C>(pa(7))))) == 2);
  CHECK(bench.word(pa(7) + 0xff8) == ((2 * gib + (uint64_t{511} << 21)) | 0x7fd));
  bench.must(Call::block_split, {1, gib + 0x200000, 3, pa(9)});
  CHECK(bench.changes().front() == "fill 0x40009000 = 0x802007ff step 0x1000");
  CHECK(bench.word(pa(7) + 8) == (pa(9) | 3));
}

TEST_CASE("block_split is refused") {
  FoldedBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::block_split, words);
  };
  check_denied(bench, Call::block_split, {1, run_ipa, 3, pa(12)});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, run_ipa + 1, 3, pa(12)}); }
  for (const uint64_t bad : {uint64_t{0}, uint64_t{1}, uint64_t{4}, uint64_t{1} << 32 | 3}) {
    refused(Status::bad_argument, {1, run_ipa + 1, bad, pa(12)});
  }
  refused(Status::bad_address, {2, run_ipa + 0x1000, 3, pa(12)});
  refused(Status::bad_address, {2, run_ipa + 1, 3, pa(12)});
  refused(Status::bad_address, {2, run_ipa, 2, pa(12)});
  refused(Status::bad_address, {2, run_ipa | uint64_t{1} << 48, 3, pa(12)});
  refused(Status::bad_address, {2, run_ipa, 3, pa(12) + 8});
  refused(Status::bad_address, {2, run_ipa, 3, device_pa});
  refused(Status::no_such, {2, run_ipa, 3, pa(16)});
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16), pa(512), pa(1024)}) {
    refused(Status::bad_state, {1, gib, 3, bad});
  }
  refused(Status::no_table, {1, gib, 3, pa(12)});
  refused(Status::no_table, {1, uint64_t{1} << 39, 2, pa(12)});
  refused(Status::in_use, {1, 0, 3, pa(12)});
  refused(Status::in_use, {1, 0, 2, pa(12)});
  refused(Status::not_mapped, {1, 3 * run_ipa, 3, pa(12)});
  refused(Status::not_mapped, {1, gib, 2, pa(12)});
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  refused(Status::in_use, {1, run_ipa, 3, pa(13)});
}

}  // namespace
}  // namespace bulkhead::impl::test
