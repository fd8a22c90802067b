#include "hw/stage2.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

VtcrEl2<Concrete> vtcr(unsigned t0sz, unsigned sl0, unsigned ps = 5, uint64_t more = 0) {
  return VtcrEl2<Concrete>(t0sz | sl0 << 6 | uint64_t{ps} << 16 | more);
}

TEST_CASE("SL0 names the starting level") {
  CHECK(stage2_of(vtcr(16, 2)).start_level == 0);
  CHECK(stage2_of(vtcr(25, 1)).start_level == 1);
  CHECK(stage2_of(vtcr(34, 0)).start_level == 2);
  CHECK(stage2_of(vtcr(43, 3)).start_level == 3);
}

TEST_CASE("T0SZ must fit the starting level with 1 to 16 tables") {
  struct Range {
    unsigned sl0, smallest, largest;  ///< bits of input address
  };
  // 16 tables of level 1 resolve 43 bits, of level 2 34, of level 3 25; one more bit than below is the least.
  for (const Range range : {Range{2, 40, 48}, Range{1, 31, 43}, Range{0, 22, 34}, Range{3, 16, 25}}) {
    for (unsigned bits = 16; bits <= 48; ++bits) {
      CAPTURE(range.sl0, bits);
      CHECK(stage2_of(vtcr(64 - bits, range.sl0)).consistent == (bits >= range.smallest && bits <= range.largest));
    }
  }
}

TEST_CASE("T0SZ has limits of its own") {
  CHECK_FALSE(stage2_of(vtcr(15, 2)).consistent);
  CHECK_FALSE(stage2_of(vtcr(0, 2)).consistent);
  CHECK_FALSE(stage2_of(vtcr(49, 3)).consistent);
  CHECK(stage2_of(vtcr(48, 3)).consistent);
  Features old;
  old.ttst = false;
  CHECK(stage2_of(vtcr(39, 0), old).consistent);
  CHECK_FALSE(stage2_of(vtcr(40, 0), old).consistent);
}

TEST_CASE("Some starting levels need a CPU that has them") {
  Features cpu;
  cpu.pa_bits = 42;
  CHECK_FALSE(stage2_of(vtcr(24, 2), cpu).consistent);
  cpu.pa_bits = 44;
  CHECK(stage2_of(vtcr(24, 2), cpu).consistent);
  cpu.ttst = false;
  CHECK_FALSE(stage2_of(vtcr(39, 3), cpu).consistent);
}

TEST_CASE("Input addresses have no more bits than the CPU's physical addresses") {
  Features cpu;
  cpu.pa_bits = 44;
  CHECK(stage2_of(vtcr(16, 2), cpu).ipa_bits == 44);
  CHECK(stage2_of(vtcr(24, 2), cpu).ipa_bits == 40);
}

TEST_CASE("PS gives the output size, at most what the CPU and the descriptor have") {
  const unsigned sizes[] = {32, 36, 40, 42, 44, 48, 48, 48};
  for (unsigned ps = 0; ps < 8; ++ps) { CHECK(stage2_of(vtcr(16, 2, ps)).pa_bits == sizes[ps]); }
  Features cpu;
  cpu.pa_bits = 40;
  CHECK(stage2_of(vtcr(25, 1, 5), cpu).pa_bits == 40);
  CHECK(stage2_of(vtcr(25, 1, 1), cpu).pa_bits == 36);
}

TEST_CASE("Hardware updates need the bit and the feature, dirty state also HA") {
  constexpr uint64_t ha = 1 << 21, hd = 1 << 22;
  Features cpu;
  CHECK(stage2_of(vtcr(16, 2, 5, ha | hd), cpu).sets_dirty_state);
  CHECK(stage2_of(vtcr(16, 2, 5, ha), cpu).sets_access_flag);
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, ha), cpu).sets_dirty_state);
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, hd), cpu).sets_dirty_state);
  cpu.hafdbs = 1;
  CHECK(stage2_of(vtcr(16, 2, 5, ha | hd), cpu).sets_access_flag);
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, ha | hd), cpu).sets_dirty_state);
  cpu.hafdbs = 0;
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, ha | hd), cpu).sets_access_flag);
}

TEST_CASE("What is not modelled is said, not walked") {
  constexpr uint64_t kib64 = 1 << 14, kib16 = 2 << 14, reserved = 3 << 14, ds = uint64_t{1} << 32;
  Features cpu;
  CHECK(is_modelled(vtcr(16, 2), cpu));
  CHECK_FALSE(is_modelled(vtcr(16, 2, 5, kib64), cpu));
  CHECK_FALSE(is_modelled(vtcr(16, 2, 5, kib16), cpu));
  CHECK_FALSE(is_modelled(vtcr(16, 2, 5, ds), cpu));
  CHECK_THROWS_AS(stage2_of(vtcr(16, 2, 5, kib16), cpu), Fault);
  CHECK(granule_of(vtcr(16, 2, 5, reserved), cpu) == Granule::kib4);
  cpu.granule_16k = cpu.granule_64k = cpu.lpa2 = false;
  CHECK(is_modelled(vtcr(16, 2, 5, kib64 | ds), cpu));
  CHECK(is_modelled(vtcr(16, 2, 5, kib16), cpu));
  cpu.granule_4k = false;
  cpu.granule_64k = true;
  CHECK(granule_of(vtcr(16, 2), cpu) == Granule::kib64);
}

}  // namespace
}  // namespace bulkhead::hw
