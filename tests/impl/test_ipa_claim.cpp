#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("ipa_claim marks an empty page as memory") {
  RunningBench bench;
  bench.must_own(Call::ipa_claim, 0x3000);
  CHECK(bench.changes() == Lines{"store 0x40003000[3] = 0x4"});
}

TEST_CASE("ipa_claim marks a page that was taken away as memory, and the host can map it again") {
  RunningBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  CHECK(name_of(bench.call(Call::page_map, {1, 0x2000, pa(9)})) == "bad_state");
  bench.must_own(Call::ipa_claim, 0x2000);
  CHECK(bench.changes() == Lines{"store 0x40003000[2] = 0x4"});
  bench.must(Call::page_map, {1, 0x2000, pa(9)});
}

TEST_CASE("ipa_claim is refused") {
  check_own_page_refused(Call::ipa_claim, Status::in_use, 0x2000);
  RunningBench bench;
  CHECK(bench.own(Call::ipa_claim, 0x1000) == Status::bad_state);
  CHECK(bench.changes().empty());
}

}  // namespace
}  // namespace bulkhead::impl::test
