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

TEST_CASE("An input address with more bits than the CPU's physical addresses is refused") {
  Features cpu;
  cpu.pa_bits = 44;
  CHECK(stage2_of(vtcr(20, 2), cpu).consistent);
  CHECK(stage2_of(vtcr(20, 2), cpu).ipa_bits == 44);
  CHECK_FALSE(stage2_of(vtcr(19, 2), cpu).consistent);
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

constexpr uint64_t kib64 = 1 << 14, kib16 = 2 << 14, reserved = 3 << 14, ds = uint64_t{1} << 32,
                   sl2 = uint64_t{1} << 33;

TEST_CASE("A granule that is reserved or not implemented behaves as the smallest that is") {
  Features cpu;
  CHECK(granule_of(vtcr(16, 2), cpu) == Granule::kib4);
  CHECK(granule_of(vtcr(16, 2, 5, kib16), cpu) == Granule::kib16);
  CHECK(granule_of(vtcr(16, 2, 5, kib64), cpu) == Granule::kib64);
  CHECK(granule_of(vtcr(16, 2, 5, reserved), cpu) == Granule::kib4);
  cpu.granule_16k = cpu.granule_64k = false;
  CHECK(granule_of(vtcr(16, 2, 5, kib64), cpu) == Granule::kib4);
  CHECK(granule_of(vtcr(16, 2, 5, kib16), cpu) == Granule::kib4);
  cpu.granule_4k = false;
  cpu.granule_64k = true;
  CHECK(granule_of(vtcr(16, 2), cpu) == Granule::kib64);
  cpu.granule_16k = true;
  CHECK(granule_of(vtcr(16, 2), cpu) == Granule::kib16);
}

TEST_CASE("Physical addresses have as many bits as the CPU says, of each size that there is") {
  for (const unsigned bits : {32U, 36U, 40U, 42U, 44U, 48U, 52U}) {
    Features cpu;
    cpu.pa_bits = bits;
    CAPTURE(bits);
    CHECK(stage2_of(vtcr(12, 0, 6, kib64), cpu).pa_bits == bits);
    CHECK(stage2_of(vtcr(64 - bits, bits < 44 ? 1 : 2, 6, kib64), cpu).consistent);
    CHECK_FALSE(stage2_of(vtcr(63 - bits, bits < 44 ? 1 : 2, 6, kib64), cpu).consistent);
  }
}

TEST_CASE("SL0 names other levels with the larger granules") {
  for (unsigned sl0 = 0; sl0 < 4; ++sl0) {
    CHECK(stage2_of(vtcr(16, sl0, 5, kib16 | ds)).start_level == 3 - static_cast<int>(sl0));
    CHECK(stage2_of(vtcr(16, sl0, 5, kib64)).start_level == 3 - static_cast<int>(sl0));
  }
}

TEST_CASE("T0SZ must fit the starting level with 1 to 16 tables of any granule") {
  struct Range {
    uint64_t granule;
    unsigned sl0, smallest, largest;  ///< bits of input address
  };
  const Range ranges[] = {{ds, 2, 40, 52},    {ds | sl2, 0, 49, 52},   {kib16, 0, 16, 29}, {kib16, 1, 26, 40},
                          {kib16, 2, 37, 48}, {kib16 | ds, 2, 37, 51}, {kib64, 0, 17, 33}, {kib64, 1, 30, 46},
                          {kib64, 2, 43, 52}, {kib16 | ds, 3, 48, 52}};
  for (const Range& range : ranges) {
    for (unsigned bits = 12; bits <= 56; ++bits) {
      CAPTURE(range.granule, range.sl0, bits);
      CHECK(stage2_of(vtcr(64 - bits, range.sl0, 6, range.granule)).consistent ==
            (bits >= range.smallest && bits <= range.largest));
    }
  }
}

TEST_CASE("52-bit addresses need a CPU and a setting that have them") {
  Features cpu;
  CHECK(stage2_of(vtcr(12, 0, 6, ds | sl2), cpu).start_level == -1);
  CHECK(stage2_of(vtcr(12, 0, 6, ds | sl2), cpu).consistent);
  CHECK(stage2_of(vtcr(12, 0, 6, ds | sl2), cpu).pa_bits == 52);
  CHECK(stage2_of(vtcr(16, 0, 6, sl2), cpu).start_level == 2);
  for (unsigned sl0 = 1; sl0 < 4; ++sl0) { CHECK_FALSE(stage2_of(vtcr(12, sl0, 6, ds | sl2), cpu).consistent); }
  CHECK_FALSE(stage2_of(vtcr(13, 3, 6, kib16), cpu).consistent);
  CHECK(misfit_of(vtcr(16, 3, 6, kib16), cpu) == Misfit::start_level);
  cpu.lpa2 = false;
  CHECK(stage2_of(vtcr(16, 2, 6, ds), cpu).high_bits == HighBits::none);
  CHECK(stage2_of(vtcr(16, 2, 6, ds), cpu).pa_bits == 48);
  CHECK(stage2_of(vtcr(12, 1, 6, kib64), cpu).high_bits == HighBits::of_64kib);
  cpu.pa_bits = 48;
  CHECK(stage2_of(vtcr(16, 1, 6, kib64), cpu).high_bits == HighBits::none);
  CHECK_FALSE(stage2_of(vtcr(12, 1, 6, kib64), cpu).consistent);
}

TEST_CASE("VTTBR_EL2[5:2] belong to the base with DS, and with the 64 KiB granule only if PS is 52 bits") {
  CHECK(stage2_of(vtcr(16, 2, 5, ds)).high_base);
  CHECK_FALSE(stage2_of(vtcr(16, 2, 6)).high_base);
  CHECK(stage2_of(vtcr(16, 2, 6, kib64)).high_base);
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, kib64)).high_base);
  CHECK(stage2_of(vtcr(16, 2, 7, kib64)).high_base);  // PS is reserved and in all respects as 0b110
}

TEST_CASE("Blocks stand at level 2, and above it by granule and descriptor size") {
  const auto levels = [](uint64_t granule, const Features& cpu = {}) {
    return stage2_of(vtcr(16, 2, 5, granule), cpu).block_levels;
  };
  CHECK(levels(0) == 0b1100);
  CHECK(levels(ds) == 0b1110);
  CHECK(levels(kib16) == 0b1000);
  CHECK(levels(kib16 | ds) == 0b1100);
  CHECK(levels(kib64) == 0b1100);
  Features cpu;
  cpu.pa_bits = 48;
  CHECK(levels(kib64, cpu) == 0b1000);
  const Stage2 all = stage2_of(vtcr(16, 2, 5, ds));
  CHECK_FALSE(all.has_blocks_at(-1));
  CHECK(all.has_blocks_at(0));
  CHECK_FALSE(all.has_blocks_at(3));
}

TEST_CASE("With DS the shareability is VTCR_EL2.SH0 for all") {
  CHECK_FALSE(stage2_of(vtcr(16, 2, 5, 3 << 12)).one_shareability);
  CHECK(stage2_of(vtcr(16, 2, 5, 3 << 12 | ds)).one_shareability);
  CHECK(stage2_of(vtcr(16, 2, 5, 3 << 12 | ds)).shareability == 3);
}

}  // namespace
}  // namespace bulkhead::hw
