#include "impl/arguments.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("a table begins where an entry of the table above does") {
  const auto is_base = [](uint64_t ipa, uint64_t level) {
    return static_cast<bool>(is_table_base<C>(Ipa<C>(ipa), Word<C>(level)));
  };
  for (const uint64_t level : {1, 2, 3}) {
    const uint64_t span = uint64_t{1} << (48 - 9 * level);
    CHECK(is_base(0, level));
    CHECK(is_base(span, level));
    CHECK(is_base((uint64_t{1} << 48) - span, level));
    CHECK(!is_base(span >> 1, level));
    CHECK(!is_base(span + 0x1000, level));
    CHECK(!is_base(span + 1, level));
    CHECK(!is_base(uint64_t{1} << 48, level));
  }
}

TEST_CASE("the halves of the IPA space meet at bit 47") {
  CHECK(static_cast<bool>(is_private_page<C>(Ipa<C>(shared - 0x1000))));
  CHECK(!is_private_page<C>(Ipa<C>(shared)));
  CHECK(static_cast<bool>(is_shared_page<C>(Ipa<C>(shared))));
  CHECK(!is_shared_page<C>(Ipa<C>(shared - 0x1000)));
  CHECK(static_cast<bool>(is_shared_page<C>(Ipa<C>(0xFFFFFFFFF000))));
  CHECK(!is_shared_page<C>(Ipa<C>(0x1000000000000)));
}

TEST_CASE("at_level gives the level as a number") {
  for (const uint64_t level : {1, 2, 3}) {
    const auto result = at_level<C>(Word<C>(level), [](unsigned at) { return Result<C>(Word<C>(at)); });
    CHECK(raw(result.outputs[0]) == level);
  }
}

}  // namespace
}  // namespace bulkhead::impl::test
