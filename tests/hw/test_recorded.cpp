#include "hw/recorded.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

constexpr uint64_t granule_4k = uint64_t{0b01} << 46U;

constexpr uint64_t operand(uint64_t page, uint64_t num, uint64_t scale, uint64_t ttl) {
  return granule_4k | scale << 44U | num << 39U | ttl << 37U | page;
}

IpaRange range(uint64_t word) { return ipa_range_of(Word<Concrete>(word)); }

TEST_CASE("a range of IPAs is (NUM + 1) * 2^(5 * SCALE + 1) pages from BaseADDR on") {
  CHECK(range(operand(0x80000, 0, 0, 0)).first == 0x80000);
  CHECK(range(operand(0x80000, 0, 0, 0)).count == 2);
  CHECK(range(operand(0, 31, 0, 0)).count == 64);
  CHECK(range(operand(0, 0, 1, 0)).count == 64);
  CHECK(range(operand(0, 31, 3, 0)).count == uint64_t{32} << 16U);
  CHECK(range(operand(0, 0, 0, 2)).level == 2);
}

TEST_CASE("another granule, or a first page that does not begin a block of the level, names nothing") {
  CHECK(range(uint64_t{0b10} << 46U).count == 0);
  CHECK(range(0).count == 0);
  CHECK(range(operand(0x200, 0, 0, 2)).count == 2);
  CHECK(range(operand(0x201, 0, 0, 2)).count == 0);
  CHECK(range(operand(0x200, 0, 0, 1)).count == 0);
  CHECK(range(operand(0x201, 0, 0, 3)).count == 2);
}

TEST_CASE("a range names the entries that serve one of its pages") {
  const IpaRange pages = range(operand(0x200, 1, 0, 0));
  CHECK_FALSE(names_entry(pages, 0x1ff, 3, true));
  CHECK(names_entry(pages, 0x200, 3, true));
  CHECK(names_entry(pages, 0x203, 3, true));
  CHECK_FALSE(names_entry(pages, 0x204, 3, true));
  CHECK(names_entry(pages, 0x200, 2, true));
  CHECK_FALSE(names_entry(pages, 0, 2, true));
  CHECK(names_entry(pages, 0, 1, false));
}

TEST_CASE("with a level, leaves of that level and tables above it are named") {
  const IpaRange level2 = range(operand(0x200, 0, 0, 2));
  CHECK(names_entry(level2, 0x200, 2, true));
  CHECK_FALSE(names_entry(level2, 0x200, 3, true));
  CHECK_FALSE(names_entry(level2, 0x200, 2, false));
  CHECK(names_entry(level2, 0, 1, false));
}

}  // namespace
}  // namespace bulkhead::hw
