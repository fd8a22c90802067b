#include "hw/par.hpp"

#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

constexpr uint64_t dc = 1 << 12, cd = uint64_t{1} << 32, fwb = uint64_t{1} << 46;

uint64_t par(const Words& words, uint64_t address, uint64_t hcr = 0, AccessKind kind = AccessKind::read_el1,
             const Features& features = {}) {
  const Registers registers{four_levels, VttbrEl2<Concrete>(root), HcrEl2<Concrete>(hcr | 1)};
  return raw(address_translation(registers, features, Ipa<Concrete>(address), kind, words));
}

Words one_page(uint64_t word) {
  Words words = tables_down_to(3);
  words.write(table_of_level[3], word);
  return words;
}

TEST_CASE("A successful translation reports the page, its type and shareability, NS and bit 11") {
  const Words words = one_page(page_to(0x123456789000));
  CHECK(par(words, 0x000) == 0x0000123456789B00);
  CHECK(par(words, 0xFFF) == 0x0000123456789B00);
  CHECK(par(words, 0x000, dc) == 0xFF00123456789B80);
  CHECK(par(words, 0x000, dc | cd) == 0x4400123456789B00);
  CHECK(par(words, 0x000, fwb) == 0x0000123456789B00);
  CHECK(par(words, 0x000, fwb | dc) == 0xFF00123456789B80);
}

TEST_CASE("FWB counts only where the CPU has it") {
  const Words words = one_page((page_to(0x9000) & ~s2::MemAttr::mask) | 0b0110 << 2);
  Features old;
  old.fwb = false;
  CHECK(par(words, 0, fwb) == 0xFF00000000009B00);
  CHECK(par(words, 0, fwb, AccessKind::read_el1, old) == 0x0000000000009B00);
}

TEST_CASE("What the CPU implements and what is asked count for the instruction too") {
  const Words words = one_page((page_to(0x9000) & ~s2::AF::mask & ~s2::S2AP::of(0b10)));
  const Registers registers{four_levels | VtcrEl2<Concrete>(vtcr_el2::HA::mask), VttbrEl2<Concrete>(root),
                            HcrEl2<Concrete>(1)};
  const auto ask = [&](AccessKind kind, const Features& features) {
    return raw(address_translation(registers, features, Ipa<Concrete>(0), kind, words));
  };
  Features old;
  old.hafdbs = 0;
  CHECK(ask(AccessKind::read_el1, {}) == 0x9B00);
  CHECK(ask(AccessKind::read_el1, old) == 0xA17);
  CHECK(ask(AccessKind::write_el1, {}) == 0xA1F);
}

TEST_CASE("With DS and FWB the shareability is SH0") {
  constexpr uint64_t ds = uint64_t{1} << 32;
  Words words;
  words.write(root, (block_to(0) & ~(s2::SH::mask | s2::MemAttr::mask)) | 0b0110 << 2);
  const auto shareability = [&words](uint64_t sh0) {
    const Registers registers{VtcrEl2<Concrete>(16 | 2 << 6 | 5 << 16 | sh0 << 12 | ds), VttbrEl2<Concrete>(root),
                              HcrEl2<Concrete>(1 | dc | fwb)};
    return raw(par_el1::SH::get(address_translation(registers, {}, Ipa<Concrete>(0), AccessKind::read_el1, words)));
  };
  CHECK(shareability(0b00) == 0b00);
  CHECK(shareability(0b11) == 0b11);
}

TEST_CASE("A stage-2 fault reports its status code, S and bit 11") {
  CHECK(par(Words(), 0) == 0xA09);
  CHECK(par(tables_down_to(1), 0) == 0xA0B);
  CHECK(par(tables_down_to(2), 0) == 0xA0D);
  CHECK(par(tables_down_to(3), 0) == 0xA0F);
  CHECK(par(one_page(page_to(0) & ~s2::AF::mask), 0) == 0xA17);
  CHECK(par(one_page(page_to(0) & ~s2::S2AP::mask), 0) == 0xA1F);
  CHECK(par(one_page(page_to(0) & ~s2::S2AP::of(0b10)), 0, 0, AccessKind::write_el0) == 0xA1F);
  CHECK(par(Words(), uint64_t{1} << 48) == 0xA09);
}

TEST_CASE("An address that no physical address has is an address size fault of stage 1") {
  const Words words = one_page(page_to(0));
  CHECK(par(words, uint64_t{1} << 52) == 0x801);
  CHECK(par(words, uint64_t{1} << 63, dc) == 0x801);
  Features cpu;
  cpu.pa_bits = 44;
  CHECK(par(words, uint64_t{1} << 44, 0, AccessKind::read_el1, cpu) == 0x801);
  CHECK(par(words, (uint64_t{1} << 44) - 1, 0, AccessKind::read_el1, cpu) == 0xA09);
}

}  // namespace
}  // namespace bulkhead::hw::test
