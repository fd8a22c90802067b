#include "impl/tables.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("find_table ends where a table is missing") {
  BuiltBench bench;
  const Frame<C> root = frame_of(Pa<C>(pa(0)));
  const auto found = [&](uint64_t ipa, unsigned level) {
    const auto table = find_table(bench.engine, root, page_of(Ipa<C>(ipa)), level);
    return table ? raw(address_of(*table)) : 0;
  };
  for (unsigned level = 0; level <= leaf_level; ++level) { CHECK(found(0x1FF000, level) == pa(level)); }
  CHECK(found(0x200000, 2) == pa(2));
  CHECK(found(0x200000, 3) == 0);
  CHECK(found(0x40000000, 2) == 0);
  CHECK(found(uint64_t{1} << 39, 1) == 0);
}

TEST_CASE("a table is read, written and searched only in a frame that is one") {
  BuiltBench bench;
  for (const uint64_t wrong : {pa(7), pa(8), pa(16), device_pa}) {
    const Frame<C> frame = frame_of(Pa<C>(wrong));
    CHECK_THROWS_AS(load_entry(bench.engine, frame, Index<C>(0)), Fault);
    CHECK_THROWS_AS(store_entry(bench.engine, frame, Index<C>(0), Word<C>(0)), Fault);
    CHECK_THROWS_AS(any_entry(bench.engine, frame, entry_is_valid<C>), Fault);
  }
  CHECK(static_cast<bool>(any_entry(bench.engine, frame_of(Pa<C>(pa(0))), entry_is_valid<C>)));
  CHECK(!any_entry(bench.engine, frame_of(Pa<C>(pa(6))), entry_is_valid<C>));
}

TEST_CASE("a page's index at each level") {
  const Page<C> page = page_of(Ipa<C>(0x008080C05000));
  CHECK(raw(index_of(page, 0)) == 1);
  CHECK(raw(index_of(page, 1)) == 2);
  CHECK(raw(index_of(page, 2)) == 6);
  CHECK(raw(index_of(page, 3)) == 5);
}

}  // namespace
}  // namespace bulkhead::impl::test
