#include "hw/descriptor.hpp"

#include "model/concrete.hpp"
#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

// The bits of DDI 0487 D8.3.1, written out, not derived from the field table.
static_assert(s2::Valid::mask == 0x1);
static_assert(s2::Type::mask == 0x3);
static_assert(s2::MemAttr::mask == 0x3C);
static_assert(s2::S2AP::mask == 0xC0);
static_assert(s2::SH::mask == 0x300);
static_assert(s2::AF::mask == 0x400);
static_assert(s2::Address::mask == 0x0000FFFFFFFFF000);
static_assert(s2::DBM::mask == 0x0008000000000000);
static_assert(s2::Contiguous::mask == 0x0010000000000000);
static_assert(s2::XN::mask == 0x0060000000000000);

Word<Concrete> word(uint64_t value) { return Word<Concrete>(value); }

TEST_CASE("A field is read right-aligned and written in its place") {
  CHECK(raw(s2::XN::get(word(0x0040000000000000))) == 0b10);
  CHECK(s2::XN::is(word(0x0040000000000000), 0b10));
  CHECK_FALSE(s2::XN::is(word(0x0060000000000000), 0b10));
  CHECK(s2::S2AP::of(0b10) == 0x80);
  CHECK(s2::S2AP::of(0b110) == 0x80);
}

TEST_CASE("The type of an entry depends on the level") {
  constexpr uint64_t invalid = 0b00, invalid_too = 0b10, block = 0b01, table_or_page = 0b11;
  for (unsigned level = 0; level <= leaf_level; ++level) {
    CAPTURE(level);
    CHECK_FALSE(is_table<Concrete>(word(invalid), level));
    CHECK_FALSE(is_leaf<Concrete>(word(invalid), level));
    CHECK_FALSE(is_table<Concrete>(word(invalid_too), level));
    CHECK_FALSE(is_leaf<Concrete>(word(invalid_too), level));
    CHECK_FALSE(is_table<Concrete>(word(block), level));
    CHECK(is_leaf<Concrete>(word(block), level) == ConcreteBool(level == 1 || level == 2));
    CHECK(is_table<Concrete>(word(table_or_page), level) == ConcreteBool(level < 3));
    CHECK(is_leaf<Concrete>(word(table_or_page), level) == ConcreteBool(level == 3));
  }
}

TEST_CASE("A page number splits into four indices of nine bits") {
  const Page<Concrete> page(uint64_t{1} << 27 | uint64_t{2} << 18 | 3 << 9 | 4);
  for (unsigned level = 0; level <= leaf_level; ++level) { CHECK(raw(index_at<Concrete>(page, level)) == level + 1); }
}

TEST_CASE("The output frame is bits 47 to 12, whatever the attributes") {
  CHECK(raw(output_frame<Concrete>(word(0xFFF0123456789FFF))) == 0x123456789);
  CHECK(raw(output_frame<Concrete>(word(~uint64_t{0}))) == low_mask(36));
}

}  // namespace
}  // namespace bulkhead::hw
