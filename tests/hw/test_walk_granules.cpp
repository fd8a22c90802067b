#include "hw/par.hpp"
#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

constexpr uint64_t kib64 = 0b01 << 14, kib16 = 0b10 << 14;
constexpr uint64_t ds = uint64_t{1} << 32, sl2 = uint64_t{1} << 33;
constexpr uint64_t bit(unsigned n) { return uint64_t{1} << n; }

VtcrEl2<Concrete> vtcr(unsigned bits, unsigned sl0, unsigned ps, uint64_t more) {
  return VtcrEl2<Concrete>((64 - bits) | sl0 << 6 | uint64_t{ps} << 16 | more);
}

WalkResult<Concrete> at(const Words& words, uint64_t ipa, VtcrEl2<Concrete> control, uint64_t base = 0x10000,
                        const Features& features = {}) {
  return translate(words, ipa, control, AccessKind::read_el1, base, features);
}

/// A block where bits [9:8] are address bits: below 2^50.
constexpr uint64_t ds_block_to(uint64_t pa) { return block_to(pa) & ~s2::SH::mask; }

/// Whether the walk led to just that address through a leaf of that level.
bool reaches(const WalkResult<Concrete>& result, uint64_t pa, int level) {
  return enumerator(result.fault) == FaultKind::none && raw(result.address) == pa && result.level == level;
}

/// What AT leaves in PAR_EL1.
uint64_t par_at(const Words& words, uint64_t ipa, VtcrEl2<Concrete> control, uint64_t base = 0x10000) {
  const Registers registers{control, VttbrEl2<Concrete>(base), HcrEl2<Concrete>(hcr_el2::DC::of(1))};
  return raw(address_translation(registers, {}, Ipa<Concrete>(ipa), AccessKind::read_el1, words));
}

TEST_CASE("16 KiB granule: three levels of 11 bits, pages and 32 MiB blocks") {
  const auto control = vtcr(47, 2, 5, kib16);
  Words words;
  words.write(0x10000 + 8 * 5, table_to(0x24000));
  words.write(0x24000 + 8 * 6, table_to(0x28000));
  words.write(0x24000 + 8 * 7, block_to(0x40000000 | 0x1FFC000));
  words.write(0x28000 + 8 * 2047, page_to(0x123456780000 | 0x4000));
  const uint64_t base = uint64_t{5} << 36;
  CHECK(reaches(at(words, base | uint64_t{6} << 25 | 2047 << 14 | 0x3FFF, control), 0x123456787FFF, 3));
  CHECK(reaches(at(words, base | uint64_t{7} << 25 | 0x1234567, control), 0x41234567, 2));
  CHECK(faults(at(words, base | uint64_t{8} << 25, control), FaultKind::translation, 2));
  CHECK(faults(at(words, 0, control), FaultKind::translation, 1));
}

TEST_CASE("16 KiB granule: bits [13:12] of a table or page descriptor are no address") {
  const auto control = vtcr(36, 1, 5, kib16);
  Words words;
  words.write(0x10000, table_to(0x24000 | 0x3000));
  words.write(0x24000, page_to(0x44000 | 0x3000));
  CHECK(reaches(at(words, 0x123, control), 0x44123, 3));
}

TEST_CASE("64 KiB granule: levels of 13 bits, pages and 512 MiB blocks") {
  const auto control = vtcr(42, 1, 5, kib64);
  Words words;
  words.write(0x10000 + 8 * 8191, table_to(0x30000));
  words.write(0x10000 + 8 * 3, block_to(0x60000000));
  words.write(0x30000 + 8 * 4096, page_to(0x7FFF0000));
  CHECK(reaches(at(words, uint64_t{8191} << 29 | 4096 << 16 | 0xABCD, control), 0x7FFFABCD, 3));
  CHECK(reaches(at(words, uint64_t{3} << 29 | 0x1ABCDEF0, control), 0x7ABCDEF0, 2));
}

TEST_CASE("Blocks above level 2 exist with DS, or with 64 KiB and 52-bit physical addresses") {
  Words words;
  words.write(0x10000, ds_block_to(0));
  CHECK(faults(at(words, 0, vtcr(47, 2, 5, kib16)), FaultKind::translation, 1));
  CHECK(reaches(at(words, 0x5, vtcr(47, 2, 5, kib16 | ds)), 0x5, 1));
  CHECK(faults(at(words, 0, vtcr(48, 2, 5, 0)), FaultKind::translation, 0));
  CHECK(reaches(at(words, 0x5, vtcr(48, 2, 5, ds)), 0x5, 0));
  CHECK(faults(at(words, 0, vtcr(52, 0, 6, ds | sl2)), FaultKind::translation, -1));
  CHECK(faults(at(words, 0, vtcr(52, 3, 6, kib16 | ds)), FaultKind::translation, 0));
  CHECK(reaches(at(words, 0x5, vtcr(48, 2, 5, kib64)), 0x5, 1));
  Features cpu;
  cpu.pa_bits = 48;
  CHECK(faults(at(words, 0, vtcr(48, 2, 5, kib64), 0x10000, cpu), FaultKind::translation, 1));
}

TEST_CASE("With DS the walk can start at level -1, and faults there have codes of their own") {
  const auto control = vtcr(52, 0, 6, ds | sl2);
  Words words;
  words.write(0x10000 + 8 * 15, table_to(0x20000));
  words.write(0x20000 + 8 * 511, ds_block_to(bit(40)));
  words.write(0x10000 + 8 * 14, table_to(0x20000) | bit(48));
  const uint64_t ipa = uint64_t{15} << 48 | uint64_t{511} << 39;
  CHECK(reaches(at(words, ipa | 0x7FFFFFFFFF, control), bit(40) | 0x7FFFFFFFFF, 0));
  CHECK(par_at(words, 0, control) == (0xA01 | 0b101011 << 1));
  CHECK(par_at(words, uint64_t{14} << 48, vtcr(52, 0, 5, ds | sl2)) == (0xA01 | 0b101001 << 1));
  CHECK(faults(at(words, uint64_t{14} << 48, control), FaultKind::translation, 0));
}

TEST_CASE("With DS bits [49:48] and [9:8] of a descriptor are address bits [49:48] and [51:50]") {
  const auto control = vtcr(52, 0, 6, ds | sl2);
  constexpr uint64_t far = bit(51) | bit(48);
  constexpr uint64_t place = bit(48) | bit(9);  // with bit 8 clear
  Words words;
  words.write(0x10000, table_to(0x20000) | place);
  words.write(far | 0x20000, ds_block_to(bit(40)) | place);
  CHECK(reaches(at(words, 0x123, control), far | bit(40) | 0x123, 0));
  CHECK((par_at(words, 0x123, control) & par_el1::PA::mask) == (far | bit(40)));
  CHECK(faults(at(words, 0, vtcr(52, 0, 5, ds | sl2)), FaultKind::address_size, -1));
}

TEST_CASE("With DS the shareability is SH0, not bits [9:8] of the leaf") {
  Words words;
  words.write(0x10000, ds_block_to(bit(40)));
  const auto shareability = [&words](uint64_t sh0) {
    return raw(par_el1::SH::get(ParEl1<Concrete>(par_at(words, 0, vtcr(48, 2, 6, ds | sh0 << 12)))));
  };
  CHECK(shareability(0b00) == 0b00);
  CHECK(shareability(0b10) == 0b10);
  CHECK(shareability(0b11) == 0b11);
}

TEST_CASE("With 64 KiB and FEAT_LPA bits [15:12] of a descriptor are address bits [51:48]") {
  Words words;
  words.write(0x10000, table_to(0x30000 | 0xA000));
  words.write(uint64_t{0xA} << 48 | 0x30000, page_to(0x70000 | 0x5000));
  CHECK(reaches(at(words, 0xFEDC, vtcr(42, 1, 6, kib64)), uint64_t{5} << 48 | 0x7FEDC, 3));
  CHECK(faults(at(words, 0, vtcr(42, 1, 5, kib64)), FaultKind::address_size, 2));
  Features cpu;
  cpu.pa_bits = 48;
  words.write(0x30000, page_to(0x70000 | 0x5000));
  CHECK(reaches(at(words, 0xFEDC, vtcr(42, 1, 6, kib64), 0x10000, cpu), 0x7FEDC, 3));
}

TEST_CASE("A table base of 52 bits has bits [51:48] in VTTBR_EL2[5:2] and is aligned to 64 bytes") {
  Words words;
  words.write(uint64_t{3} << 48 | 0x10040, ds_block_to(bit(39)));
  const auto base = [&words](unsigned ps, uint64_t more, unsigned bits, uint64_t vttbr) {
    return at(words, 0, vtcr(bits, 2, ps, more), vttbr);
  };
  CHECK(reaches(base(6, ds, 40, 0x10040 | 3 << 2), bit(39), 0));
  CHECK(faults(base(5, ds, 40, 0x10040 | 3 << 2), FaultKind::address_size, 0));
  CHECK(faults(base(6, 0, 40, 0x10040 | 3 << 2), FaultKind::translation, 0));
  Words kib64_words;
  kib64_words.write(uint64_t{3} << 48 | 0x10040, block_to(bit(42)));
  CHECK(reaches(at(kib64_words, 0, vtcr(43, 2, 6, kib64), 0x10040 | 3 << 2), bit(42), 1));
  CHECK(faults(at(kib64_words, 0, vtcr(43, 2, 5, kib64), 0x10040 | 3 << 2), FaultKind::translation, 1));
}

TEST_CASE("Each of VTTBR_EL2[5:2] is one bit of a 52-bit base, also of a table below 64 bytes") {
  for (unsigned n = 0; n < 4; ++n) {
    Words words;
    words.write(bit(48 + n) | 0x10040, ds_block_to(bit(39)));
    CAPTURE(n);
    // Two entries of level 0, in 16 bytes; bits [5:4] would be their place in a 48-bit base.
    CHECK(reaches(at(words, 0, vtcr(40, 2, 6, ds), 0x10040 | bit(2 + n)), bit(39), 0));
  }
}

TEST_CASE("Of a block that spans more than PS the address of the byte asked for counts, not the descriptor's") {
  const auto wide = [](uint64_t word, uint64_t ipa, VtcrEl2<Concrete> control) {
    Words words;
    words.write(0x100000, word);
    return at(words, ipa, control, 0x100000);
  };
  const auto kib64_32_bits = vtcr(52, 2, 0, kib64);
  CHECK(faults(wide(0x4FD, bit(32), kib64_32_bits), FaultKind::address_size, 1));
  CHECK(reaches(wide(0x4FD, bit(32) - 1, kib64_32_bits), bit(32) - 1, 1));
  CHECK(reaches(wide(0x4FD | bit(32), 0, kib64_32_bits), 0, 1));
  CHECK(faults(wide(0x4FD, bit(36), vtcr(48, 2, 1, ds)), FaultKind::address_size, 0));
  CHECK(faults(wide(0x4FD, bit(32), vtcr(47, 2, 0, kib16 | ds)), FaultKind::address_size, 1));
}

TEST_CASE("Up to 16 tables of the larger granules lie one behind the other") {
  Words words;
  words.write(0x400000 + 15 * 0x4000 + 8 * 2047, page_to(0x44000));
  CHECK(reaches(at(words, uint64_t{15} << 25 | 2047 << 14, vtcr(29, 0, 5, kib16), 0x400000 | 0x3C000), 0x44000, 3));
  words.write(0x400000 + 15 * 0x10000 + 8 * 8191, page_to(0x50000));
  CHECK(reaches(at(words, uint64_t{15} << 29 | 8191 << 16, vtcr(33, 0, 5, kib64), 0x400000 | 0xF0000), 0x50000, 3));
}

}  // namespace
}  // namespace bulkhead::hw::test
