#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_relinquish zeroes the frame only when no CPU can translate to it") {
  RunningBench bench;
  bench.must_own(Call::page_relinquish, 0x2000);
  CHECK(bench.state(pa(8)) == FrameState::spare);
  CHECK(bench.owner(pa(8)) == 0);
  CHECK(bench.is_zero(pa(8)));
  CHECK(bench.changes() == Lines{
                               "store 0x40003000[2] = 0x0",
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

TEST_CASE("page_relinquish takes a page that is shared away from the host too, before it is zeroed") {
  RunningBench bench;
  bench.must_own(Call::page_share, 0x2000);
  bench.must_own(Call::page_relinquish, 0x2000);
  CHECK(bench.state(pa(8)) == FrameState::spare);
  const Lines changes = bench.changes();
  const Lines last(changes.end() - 10, changes.end());
  CHECK(last == Lines{
                    "store 0x7fe00000[8] = 0x0",
                    "dsb ishst",
                    "tlbi ipas2e1is 0x40008",
                    "dsb ish",
                    "tlbi vmalle1is 0x0",
                    "dsb ish",
                    "isb",
                    "fill 0x40008000 = 0x0",
                    "clean 0x40008000",
                    "dsb ish",
                });
}

TEST_CASE("a page that was relinquished is empty, and can be claimed anew") {
  RunningBench bench;
  bench.must_own(Call::page_relinquish, 0x2000);
  CHECK(name_of(bench.call(Call::page_map, {1, 0x2000, pa(9)})) == "bad_state");
  bench.must_own(Call::ipa_claim, 0x2000);
  bench.must(Call::page_map, {1, 0x2000, pa(9)});
}

TEST_CASE("page_relinquish is refused") { check_own_page_refused(Call::page_relinquish, Status::not_mapped, 0x1000); }

}  // namespace
}  // namespace bulkhead::impl::test
