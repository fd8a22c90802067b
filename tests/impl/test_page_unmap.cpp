#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_unmap zeroes the frame only when no CPU can translate to it") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  CHECK(bench.output() == pa(8));
  CHECK(bench.state(pa(8)) == FrameState::spare);
  CHECK(bench.owner(pa(8)) == 0);
  CHECK(bench.changes() == Lines{
                               "store 0x40003000[2] = 0x8",
                               "dsb ishst",
                               "msr vttbr_el2 0x1000040000000",
                               "isb",
                               "tlbi ipas2e1is 0x2",
                               "dsb ish",
                               "tlbi vmalle1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "fill 0x40008000 = 0x0",
                               "clean 0x40008000",
                               "dsb ish",
                           });
}

TEST_CASE("page_unmap leaves no word of the page") {
  BuiltBench bench;
  bench.must(Call::page_load, {1, 0x1000, pa(9), pa(20)});
  REQUIRE(bench.word(pa(9) + 24) != 0);
  bench.must(Call::page_unmap, {1, 0x1000});
  CHECK(bench.is_zero(pa(9)));
}

TEST_CASE("page_unmap leaves an empty page when stopping") {
  BuiltBench bench;
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::page_unmap, {1, 0x2000});
  CHECK(bench.changes().front() == "store 0x40003000[2] = 0x0");
}

TEST_CASE("page_unmap finds no table where there is a block") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  check_refused(bench, Status::no_table, Call::page_unmap, {1, run_ipa + 0x1000});
}

TEST_CASE("page_unmap is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::page_unmap, words);
  };
  check_denied(bench, Call::page_unmap, {1, 0x2000});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, 0x2000}); }
  for (const uint64_t bad : {uint64_t{0x2001}, shared, uint64_t{1} << 63}) { refused(Status::bad_address, {2, bad}); }
  refused(Status::no_such, {2, 0x2000});
  refused(Status::no_table, {1, 0x200000});
  refused(Status::not_mapped, {1, 0x1000});
  refused(Status::not_mapped, {1, 0x3000});
}

}  // namespace
}  // namespace bulkhead::impl::test
