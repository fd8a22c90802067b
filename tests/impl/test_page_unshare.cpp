#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_unshare takes the host's entry away, waits until no CPU has it, and cleans what the host wrote") {
  RunningBench bench;
  bench.engine.hardware.memory().store(frame_of(Pa<C>(pa(8))), Index<C>(5), Word<C>(99));
  bench.must_own(Call::page_share, 0x2000);
  bench.must_own(Call::page_unshare, 0x2000);
  CHECK(bench.state(pa(8)) == FrameState::data);
  CHECK(bench.owner(pa(8)) == 1);
  CHECK(bench.word(pa(8) + 40) == 99);
  CHECK(bench.changes() == Lines{
                               "store 0x7fe00000[8] = 0x0",
                               "dsb ishst",
                               "tlbi ipas2e1is 0x40008",
                               "dsb ish",
                               "tlbi vmalle1is 0x0",
                               "dsb ish",
                               "isb",
                               "clean 0x40008000",
                               "dsb ish",
                           });
}

TEST_CASE("page_unshare is refused") {
  check_own_page_refused(Call::page_unshare, Status::not_mapped, 0x1000);
  RunningBench bench;
  CHECK(bench.own(Call::page_unshare, 0x2000) == Status::bad_state);
  CHECK(bench.changes().empty());
}

}  // namespace
}  // namespace bulkhead::impl::test
