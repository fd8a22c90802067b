#include "hw/stage2.hpp"
#include "impl/vtcr.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("VTCR_EL2 means four levels of 4 KiB tables, 48 bits in and out") {
  const hw::Stage2 stage2 = hw::stage2_of(hw::VtcrEl2<C>(vtcr));
  CHECK(stage2.consistent);
  CHECK(stage2.start_level == 0);
  CHECK(stage2.ipa_bits == 48);
  CHECK(stage2.pa_bits == 48);
  CHECK(stage2.initial_index_bits() == 9);
  CHECK(!stage2.sets_access_flag);
  CHECK(raw(hw::vtcr_el2::VS::get(hw::VtcrEl2<C>(vtcr))) == 1);
}

}  // namespace
}  // namespace bulkhead::impl::test
