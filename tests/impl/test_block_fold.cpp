#include "impl/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

constexpr uint64_t gib = 0x40000000;

TEST_CASE("block_fold breaks the link to the table before it makes the block, and zeroes the table last") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  CHECK(bench.output() == pa(7));
  CHECK(bench.state(pa(7)) == FrameState::spare);
  CHECK(bench.owner(pa(7)) == 0);
  CHECK(bench.changes() == Lines{
                               "store 0x40002000[1] = 0x0",
                               "dsb ishst",
                               "msr vttbr_el2 0x1000040000000",
                               "isb",
                               "tlbi vmalls12e1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "store 0x40002000[1] = 0x402007fd",
                               "dsb ishst",
                               "fill 0x40007000 = 0x0",
                               "clean 0x40007000",
                               "dsb ish",
                           });
}

TEST_CASE("block_fold changes no record of the frames that the block maps") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_fold, {1, shared_run_ipa, 3});
  CHECK(bench.output() == pa(9));
  CHECK(bench.word(pa(5) + 8) == 0x4040077d);
  const auto base = [&bench](uint64_t pa) { return raw(bench.engine.frames.base.get(frame_of(Pa<C>(pa)))); };
  for (const uint64_t n : {0, 1, 511}) {
    CHECK(bench.state(pa(512 + n)) == FrameState::data);
    CHECK(bench.owner(pa(512 + n)) == 1);
    CHECK(base(pa(512 + n)) == (run_ipa >> page_shift) + n);
    CHECK(bench.state(pa(1024 + n)) == FrameState::host);
    CHECK(bench.owner(pa(1024 + n)) == 1);
    CHECK(base(pa(1024 + n)) == (shared_run_ipa >> page_shift) + n);
  }
}

TEST_CASE("block_fold works while the compartment is active") {
  BlockBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_fold, {1, shared_run_ipa, 3});
}

/// Makes `change` to the word of the table of a run, which must keep it from being folded, and takes it back.
void check_no_run(Bench& bench, uint64_t table, uint64_t index, uint64_t change) {
  INFO("entry " << index << ", change " << change);
  ConcreteMemory& memory = bench.engine.hardware.memory();
  const Frame<C> frame = frame_of(Pa<C>(table));
  const Word<C> before = memory.load(frame, Index<C>(index));
  memory.store(frame, Index<C>(index), before ^ Word<C>(change));
  check_refused(bench, Status::bad_state, Call::block_fold, {1, run_ipa, 3});
  memory.store(frame, Index<C>(index), before);
}

TEST_CASE("entries that map no run do not fold") {
  BlockBench bench;
  for (const uint64_t index : {1, 17, 511}) {
    for (const uint64_t change : {uint64_t{0x1000}, uint64_t{0x200000}, s2ap_write, entry_valid}) {
      check_no_run(bench, pa(7), index, change);
    }
  }
  check_no_run(bench, pa(7), 0, 0x1000);
  check_no_run(bench, pa(7), 0, s2ap_write);
  bench.must(Call::block_fold, {1, run_ipa, 3});
}

TEST_CASE("a run that begins at no aligned frame does not fold") {
  BlockBench bench;
  ConcreteMemory& memory = bench.engine.hardware.memory();
  const uint64_t first = bench.word(pa(7));
  for (uint64_t i = 0; i < 512; ++i) {
    memory.store(frame_of(Pa<C>(pa(7))), Index<C>(i), Word<C>(first + ((i + 1) << page_shift)));
  }
  check_refused(bench, Status::bad_state, Call::block_fold, {1, run_ipa, 3});
}

TEST_CASE("512 blocks of 2 MiB become one of 1 GiB") {
  BuiltBench bench;
  bench.must(Call::table_create, {1, gib, 2, pa(7)});
  ConcreteMemory& memory = bench.engine.hardware.memory();
  const Frame<C> table = frame_of(Pa<C>(pa(7)));
  memory.fill(table, Word<C>(2 * gib | 0x7fd), uint64_t{1} << 21);
  memory.store(table, Index<C>(511), Word<C>(0));
  check_refused(bench, Status::bad_state, Call::block_fold, {1, gib, 2});
  memory.fill(table, Word<C>((2 * gib + 0x200000) | 0x7fd), uint64_t{1} << 21);
  check_refused(bench, Status::bad_state, Call::block_fold, {1, gib, 2});
  memory.fill(table, Word<C>(2 * gib | 0x7fd), uint64_t{1} << 21);
  memory.store(table, Index<C>(5), Word<C>(pa(8) | 3));
  check_refused(bench, Status::bad_state, Call::block_fold, {1, gib, 2});
  memory.fill(table, Word<C>(2 * gib | 0x7fd), uint64_t{1} << 21);
  bench.must(Call::block_fold, {1, gib, 2});
  CHECK(bench.output() == pa(7));
  CHECK(bench.is_zero(pa(7)));
  CHECK(bench.changes().at(8) == "store 0x40001000[1] = 0x800007fd");
  CHECK(bench.changes().size() == 13);
}

TEST_CASE("block_fold is refused") {
  BlockBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::block_fold, words);
  };
  check_denied(bench, Call::block_fold, {1, run_ipa, 3});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, run_ipa + 1, 3}); }
  for (const uint64_t bad : {uint64_t{0}, uint64_t{1}, uint64_t{4}, uint64_t{1} << 32 | 3}) {
    refused(Status::bad_argument, {1, run_ipa + 1, bad});
  }
  refused(Status::bad_address, {2, run_ipa + 0x1000, 3});
  refused(Status::bad_address, {2, run_ipa + 1, 3});
  refused(Status::bad_address, {2, run_ipa, 2});
  refused(Status::bad_address, {2, run_ipa | uint64_t{1} << 48, 3});
  refused(Status::no_such, {2, run_ipa, 3});
  refused(Status::no_table, {1, 3 * run_ipa, 3});
  refused(Status::no_table, {1, gib, 3});
  refused(Status::no_table, {1, gib, 2});
  refused(Status::no_table, {1, uint64_t{1} << 39, 2});
  refused(Status::bad_state, {1, 0, 2});
  refused(Status::not_mapped, {1, 0, 3});
  refused(Status::not_mapped, {1, shared, 3});
  refused(Status::bad_state, {1, 2 * run_ipa, 3});
  bench.must(Call::table_create, {1, gib, 2, pa(12)});
  refused(Status::not_mapped, {1, gib, 2});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  refused(Status::no_table, {1, run_ipa, 3});
  bench.must(Call::compartment_stop, {1});
  refused(Status::bad_state, {1, shared_run_ipa, 3});
}

}  // namespace
}  // namespace bulkhead::impl::test
