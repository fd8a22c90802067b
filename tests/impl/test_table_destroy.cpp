#include "impl/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

const uint64_t ram_entry = raw(invalid_entry<C>(IpaState::ram));
const uint64_t destroyed_entry = raw(invalid_entry<C>(IpaState::destroyed));

TEST_CASE("table_destroy zeroes the table only when no CPU can hold a pointer to it") {
  BuiltBench bench;
  bench.must(Call::table_destroy, {1, shared, 3});
  CHECK(bench.output() == pa(6));
  CHECK(bench.state(pa(6)) == FrameState::spare);
  CHECK(bench.owner(pa(6)) == 0);
  CHECK(bench.changes() == Lines{
                               "store 0x40005000[0] = 0x0",
                               "dsb ishst",
                               "msr vttbr_el2 0x1000040000000",
                               "isb",
                               "tlbi vmalls12e1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "fill 0x40006000 = 0x0",
                               "clean 0x40006000",
                               "dsb ish",
                           });
}

TEST_CASE("table_destroy takes tables of every level away, the lower ones first") {
  BuiltBench bench;
  for (const uint64_t level : {3, 2, 1}) {
    bench.must(Call::table_destroy, {1, shared, level});
    CHECK(bench.output() == pa(3 + level));
    CHECK(bench.is_zero(pa(3 + level)));
  }
  CHECK(bench.word(pa(0) + 0x800) == 0);
}

TEST_CASE("pages that are not all alike are destroyed with their table") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  bench.must(Call::table_destroy, {1, 0, 3});
  CHECK(bench.word(pa(2)) == destroyed_entry);
  CHECK(bench.is_zero(pa(3)));
}

TEST_CASE("pages that are all alike stay as they are") {
  BuiltBench bench;
  bench.must(Call::table_create, {1, 0x200000, 3, pa(7)});
  for (uint64_t page = 0; page < 512; ++page) { bench.must(Call::ipa_prepare, {1, 0x200000 + (page << page_shift)}); }
  bench.must(Call::table_destroy, {1, 0x200000, 3});
  CHECK(bench.word(pa(2) + 8) == ram_entry);
}

TEST_CASE("when stopping, nothing is remembered") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::table_destroy, {1, 0, 3});
  CHECK(bench.word(pa(2)) == 0);
}

TEST_CASE("a block is no table, and the table above it is not empty") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  check_refused(bench, Status::no_table, Call::table_destroy, {1, run_ipa, 3});
  check_refused(bench, Status::not_empty, Call::table_destroy, {1, 0, 2});
}

TEST_CASE("table_destroy is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::table_destroy, words);
  };
  check_denied(bench, Call::table_destroy, {1, shared, 3});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, shared, 3}); }
  for (const uint64_t bad : {uint64_t{0}, uint64_t{4}, uint64_t{1} << 32 | 3}) {
    refused(Status::bad_argument, {1, shared, bad});
  }
  refused(Status::bad_address, {2, shared + 0x1000, 3});
  refused(Status::bad_address, {2, shared + 0x200000, 2});
  refused(Status::bad_address, {2, shared + 0x40000000, 1});
  refused(Status::bad_address, {2, uint64_t{1} << 48, 1});
  refused(Status::no_such, {2, shared, 3});
  refused(Status::no_table, {1, 0x200000, 3});
  refused(Status::no_table, {1, 0x40000000, 3});
  refused(Status::no_table, {1, 0x40000000, 2});
  refused(Status::no_table, {1, uint64_t{1} << 39, 1});
  for (const uint64_t level : {1, 2, 3}) { refused(Status::not_empty, {1, 0, level}); }
  for (const uint64_t level : {1, 2}) { refused(Status::not_empty, {1, shared, level}); }
}

}  // namespace
}  // namespace bulkhead::impl::test
