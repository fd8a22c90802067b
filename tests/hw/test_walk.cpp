#include "hw/walk.hpp"

#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

constexpr uint64_t spans[] = {uint64_t{1} << 39, uint64_t{1} << 30, uint64_t{1} << 21, uint64_t{1} << 12};

VtcrEl2<Concrete> with(uint64_t bits) { return four_levels | VtcrEl2<Concrete>(bits); }
VtcrEl2<Concrete> starting(unsigned t0sz, unsigned sl0) { return VtcrEl2<Concrete>(t0sz | sl0 << 6 | 5 << 16); }

TEST_CASE("A page is found through four levels") {
  Words words;
  // IPA 0x008080c05000: indices 1, 2, 6, 5.
  words.write(0x1008, table_to(0x12000));
  words.write(0x12010, table_to(0x13000));
  words.write(0x13030, table_to(0x14000));
  words.write(0x14028, page_to(0x123456789000));
  CHECK(leads_to(translate(words, 0x008080C05000), 0x123456789000, 3));
  CHECK(leads_to(translate(words, 0x008080C05FFF), 0x123456789000, 3));
  CHECK(faults(translate(words, 0x008080C06000), FaultKind::translation, 3));
  CHECK(faults(translate(words, 0x008080E05000), FaultKind::translation, 2));
  CHECK(faults(translate(words, 0x0080C0C05000), FaultKind::translation, 1));
  CHECK(faults(translate(words, 0x010080C05000), FaultKind::translation, 0));
}

TEST_CASE("A block maps its whole span and ignores address bits below it") {
  Words words = tables_down_to(2);
  words.write(0x2008, block_to(0x40000000 | 0x2345000));
  words.write(0x3008, block_to(0x80200000 | 0x1F000));
  CHECK(leads_to(translate(words, 0x40000000), 0x40000000, 1));
  CHECK(leads_to(translate(words, 0x7FFFFFFF), 0x7FFFF000, 1));
  CHECK(leads_to(translate(words, 0x00200000), 0x80200000, 2));
  CHECK(leads_to(translate(words, 0x003FF123), 0x803FF000, 2));
}

TEST_CASE("An invalid entry is a translation fault at its level") {
  for (unsigned level = 0; level <= leaf_level; ++level) {
    for (const uint64_t entry : {uint64_t{0}, uint64_t{0b10}, page_to(0x5000) & ~uint64_t{1}}) {
      Words words = tables_down_to(level);
      words.write(table_of_level[level], entry);
      CAPTURE(level, entry);
      CHECK(faults(translate(words, 0), FaultKind::translation, level));
    }
  }
}

TEST_CASE("A reserved encoding is invalid") {
  for (const unsigned level : {0U, 3U}) {
    Words words = tables_down_to(level);
    words.write(table_of_level[level], block_to(0));
    CHECK(faults(translate(words, 0), FaultKind::translation, level));
  }
}

TEST_CASE("AF 0 is an access flag fault at the level of the leaf unless hardware sets it") {
  for (const unsigned level : {1U, 2U, 3U}) {
    Words words = tables_down_to(level);
    words.write(table_of_level[level], (level == 3 ? page_to(0) : block_to(0)) & ~s2::AF::mask);
    CAPTURE(level);
    CHECK(faults(translate(words, 0), FaultKind::access_flag, level));
    CHECK(leads_to(translate(words, 0, with(1 << 21)), 0, level));
    Features old;
    old.hafdbs = 0;
    CHECK(faults(translate(words, 0, with(1 << 21), AccessKind::read_el1, root, old), FaultKind::access_flag, level));
  }
}

TEST_CASE("S2AP allows reads and writes, the same for EL1 and EL0") {
  for (const unsigned level : {1U, 2U, 3U}) {
    for (unsigned s2ap = 0; s2ap < 4; ++s2ap) {
      Words words = tables_down_to(level);
      const uint64_t leaf = level == 3 ? page_to(0) : block_to(0);
      words.write(table_of_level[level], (leaf & ~s2::S2AP::mask) | s2ap << 6);
      CAPTURE(level, s2ap);
      for (const AccessKind kind : {AccessKind::read_el1, AccessKind::read_el0}) {
        const auto result = translate(words, 0, four_levels, kind);
        CHECK(((s2ap & 1) != 0 ? leads_to(result, 0, level) : faults(result, FaultKind::permission, level)));
        CHECK(result.is_mapped());
        CHECK(result.readable == ConcreteBool((s2ap & 1) != 0));
        CHECK(result.writable == ConcreteBool((s2ap & 2) != 0));
      }
      for (const AccessKind kind : {AccessKind::write_el1, AccessKind::write_el0}) {
        const auto result = translate(words, 0, four_levels, kind);
        CHECK(((s2ap & 2) != 0 ? leads_to(result, 0, level) : faults(result, FaultKind::permission, level)));
      }
    }
  }
}

TEST_CASE("DBM makes a page writable where hardware keeps the dirty state") {
  Words words = tables_down_to(3);
  words.write(table_of_level[3], (page_to(0x9000) & ~uint64_t{0x80}) | s2::DBM::mask);
  CHECK(faults(translate(words, 0, four_levels, AccessKind::write_el1), FaultKind::permission, 3));
  CHECK(faults(translate(words, 0, with(1 << 21), AccessKind::write_el1), FaultKind::permission, 3));
  CHECK(leads_to(translate(words, 0, with(3 << 21), AccessKind::write_el1), 0x9000, 3));
}

TEST_CASE("XN has two bits with FEAT_XNX and one without") {
  struct Row {
    uint64_t xn;
    bool el1, el0, old;
  };
  for (const Row row : {Row{0b00, true, true, true}, Row{0b01, false, true, true}, Row{0b10, false, false, false},
                        Row{0b11, true, false, false}}) {
    Words words = tables_down_to(3);
    words.write(table_of_level[3], page_to(0x9000) | row.xn << 53);
    const auto result = translate(words, 0);
    CHECK(result.executable_el1 == ConcreteBool(row.el1));
    CHECK(result.executable_el0 == ConcreteBool(row.el0));
    Features features;
    features.xnx = false;
    const auto old = translate(words, 0, four_levels, AccessKind::read_el1, root, features);
    CHECK(old.executable_el1 == ConcreteBool(row.old));
    CHECK(old.executable_el0 == ConcreteBool(row.old));
  }
}

TEST_CASE("An address above PS is an address size fault: of the base at level 0, of an entry at its level") {
  constexpr unsigned sizes[] = {32, 36, 40, 42, 44};
  for (unsigned ps = 0; ps < 5; ++ps) {
    const VtcrEl2<Concrete> vtcr(25 | 1 << 6 | uint64_t{ps} << 16);
    const uint64_t above = uint64_t{1} << sizes[ps];
    Words words;
    words.write(0x2000, table_to(above));
    words.write(0x2008, block_to(above));
    words.write(0x2010, table_to(0x3000));
    words.write(0x3000, table_to(above | 0x8000));
    words.write(0x3008, block_to(above));
    words.write(0x3010, table_to(0x4000));
    words.write(0x4000, page_to(above));
    words.write(0x4008, page_to(above - 0x1000));
    CAPTURE(ps);
    CHECK(faults(translate(words, 0, vtcr, AccessKind::read_el1, above), FaultKind::address_size, 0));
    CHECK(faults(translate(words, 0, vtcr, AccessKind::read_el1, 0x2000), FaultKind::address_size, 1));
    CHECK(faults(translate(words, 1 * spans[1], vtcr, AccessKind::read_el1, 0x2000), FaultKind::address_size, 1));
    CHECK(faults(translate(words, 2 * spans[1], vtcr, AccessKind::read_el1, 0x2000), FaultKind::address_size, 2));
    const uint64_t last = 2 * spans[1] + 2 * spans[2];
    CHECK(faults(translate(words, last - spans[2], vtcr, AccessKind::read_el1, 0x2000), FaultKind::address_size, 2));
    CHECK(faults(translate(words, last, vtcr, AccessKind::read_el1, 0x2000), FaultKind::address_size, 3));
    CHECK(leads_to(translate(words, last + 0x1000, vtcr, AccessKind::read_el1, 0x2000), above - 0x1000, 3));
  }
}

TEST_CASE("Address size comes before access flag, access flag before permission") {
  const VtcrEl2<Concrete> vtcr(16 | 2 << 6);
  Words words = tables_down_to(3);
  words.write(table_of_level[3], page_to(uint64_t{1} << 32) & ~(s2::AF::mask | s2::S2AP::mask));
  CHECK(faults(translate(words, 0, vtcr), FaultKind::address_size, 3));
  words.write(table_of_level[3], page_to(0) & ~(s2::AF::mask | s2::S2AP::mask));
  CHECK(faults(translate(words, 0, vtcr), FaultKind::access_flag, 3));
}

TEST_CASE("An input address above T0SZ is a translation fault at level 0, wherever the walk starts") {
  Words words;
  words.write(root, table_to(0x3000));
  words.write(0x3000, block_to(0));
  CHECK(leads_to(translate(words, 0, starting(25, 1)), 0, 2));
  CHECK(faults(translate(words, uint64_t{1} << 39, starting(25, 1)), FaultKind::translation, 0));
  CHECK(faults(translate(words, uint64_t{1} << 63, starting(25, 1)), FaultKind::translation, 0));
  CHECK(faults(translate(words, uint64_t{1} << 48), FaultKind::translation, 0));
}

TEST_CASE("T0SZ and SL0 that do not fit are a translation fault at level 0 without a lookup") {
  const auto forbidden = [](Pa<Concrete>) -> Word<Concrete> { throw Fault("no lookup"); };
  for (const auto vtcr : {starting(16, 1), starting(25, 2), starting(25, 0), starting(16, 3), starting(12, 2)}) {
    const auto result =
        walk<Concrete>(stage2_of(vtcr), VttbrEl2<Concrete>(root), Ipa<Concrete>(0), AccessKind::read_el1, forbidden);
    CHECK(faults(result, FaultKind::translation, 0));
  }
}

TEST_CASE("Up to 16 initial tables lie one behind the other") {
  // 43 bits from level 1: 16 tables at 0x20000. Bit 39 and up choose the table.
  Words words;
  for (uint64_t i = 0; i < 16; ++i) { words.write(0x20000 + i * 0x1000 + 8, block_to(i << 30)); }
  for (uint64_t i = 0; i < 16; ++i) {
    const uint64_t ipa = i << 39 | uint64_t{1} << 30;
    CHECK(leads_to(translate(words, ipa, starting(21, 1), AccessKind::read_el1, 0x20000), i << 30, 1));
    // Base bits that the size of the tables leaves no room for read as zero.
    CHECK(leads_to(translate(words, ipa, starting(21, 1), AccessKind::read_el1, 0x2F000), i << 30, 1));
  }
  // 40 bits: two tables.
  CHECK(
      leads_to(translate(words, uint64_t{1} << 39 | uint64_t{1} << 30, starting(24, 1), AccessKind::read_el1, 0x20000),
               uint64_t{1} << 30, 1));
}

TEST_CASE("A small initial table is aligned to its own size") {
  // 40 bits from level 0: two entries, 16 bytes.
  Words words;
  words.write(0x1230, table_to(0x2000));
  words.write(0x1238, table_to(0x3000));
  words.write(0x2000, block_to(0x40000000));
  words.write(0x3000, block_to(0x80000000));
  CHECK(leads_to(translate(words, 0, starting(24, 2), AccessKind::read_el1, 0x1230), 0x40000000, 1));
  CHECK(leads_to(translate(words, uint64_t{1} << 39, starting(24, 2), AccessKind::read_el1, 0x1230), 0x80000000, 1));
  CHECK(leads_to(translate(words, 0, starting(24, 2), AccessKind::read_el1, 0x123F), 0x40000000, 1));
}

TEST_CASE("A walk can start at level 3") {
  Words words;
  words.write(0x8018, page_to(0x77000));
  CHECK(leads_to(translate(words, 0x3000, starting(43, 3), AccessKind::read_el1, 0x8000), 0x77000, 3));
  CHECK(faults(translate(words, 0x4000, starting(43, 3), AccessKind::read_el1, 0x8000), FaultKind::translation, 3));
}

TEST_CASE("VMID and CnP in VTTBR_EL2 do not move the table") {
  Words words = tables_down_to(3);
  words.write(table_of_level[3], page_to(0x9000));
  CHECK(leads_to(translate(words, 0, four_levels, AccessKind::read_el1, uint64_t{0xFFFF} << 48 | root | 1), 0x9000, 3));
}

}  // namespace
}  // namespace bulkhead::hw::test
