#include "impl/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("table_create fills the table before it links it") {
  BuiltBench bench;
  bench.must(Call::table_create, {1, 0x200000, 3, pa(7)});
  CHECK(bench.state(pa(7)) == FrameState::table);
  CHECK(bench.owner(pa(7)) == 1);
  const auto frame = frame_of(Pa<C>(pa(7)));
  CHECK(raw(bench.engine.frames.level.get(frame)) == 3);
  CHECK(raw(bench.engine.frames.base.get(frame)) == 0x200);
  CHECK(raw(address_of(bench.engine.frames.parent_table.get(frame))) == pa(2));
  CHECK(raw(bench.engine.frames.parent_index.get(frame)) == 1);
  CHECK(bench.changes() ==
        Lines{"fill 0x40007000 = 0x0", "dsb ishst", "store 0x40002000[1] = 0x40007003", "dsb ishst"});
}

TEST_CASE("table_create makes tables of every level, in both halves") {
  BuiltBench bench;
  const uint64_t last_private = shared - (uint64_t{1} << 39);
  bench.must(Call::table_create, {1, last_private, 1, pa(9)});
  CHECK(bench.word(pa(0) + 0x7F8) == (pa(9) | 3));
  bench.must(Call::table_create, {1, last_private + 0x40000000, 2, pa(10)});
  CHECK(bench.word(pa(9) + 8) == (pa(10) | 3));
  bench.must(Call::table_create, {1, shared + 0x3FE00000, 3, pa(11)});
  CHECK(bench.word(pa(5) + 0xFF8) == (pa(11) | 3));
}

TEST_CASE("a new table takes the IPA state of the entry it hangs on") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  bench.must(Call::table_destroy, {1, 0, 3});
  const uint64_t destroyed = raw(invalid_entry<C>(IpaState::destroyed));
  REQUIRE(bench.word(pa(2)) == destroyed);
  bench.must(Call::table_create, {1, 0, 3, pa(3)});
  const auto& words = bench.engine.hardware.memory().words(frame_of(Pa<C>(pa(3))));
  CHECK(std::count(words.begin(), words.end(), destroyed) == 512);
}

TEST_CASE("table_create makes no table in the place of a block") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  check_refused(bench, Status::in_use, Call::table_create, {1, run_ipa, 3, pa(7)});
}

TEST_CASE("table_create is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::table_create, words);
  };
  const uint64_t mib2 = 0x200000;
  const uint64_t gib = 0x40000000;
  const uint64_t gib512 = uint64_t{1} << 39;
  check_denied(bench, Call::table_create, {1, mib2, 3, pa(7)});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, mib2, 3, pa(7)}); }
  for (const uint64_t bad : {uint64_t{0}, uint64_t{4}, uint64_t{1} << 32 | 3}) {
    refused(Status::bad_argument, {1, mib2, bad, pa(7)});
  }
  refused(Status::bad_address, {1, mib2 + 0x1000, 3, pa(7)});
  refused(Status::bad_address, {1, mib2 + 1, 3, pa(7)});
  refused(Status::bad_address, {1, mib2, 2, pa(7)});
  refused(Status::bad_address, {1, gib, 1, pa(7)});
  refused(Status::bad_address, {1, mib2 | uint64_t{1} << 48, 3, pa(7)});
  refused(Status::bad_address, {2, mib2, 3, pa(7) + 8});
  refused(Status::bad_address, {2, mib2, 3, device_pa});
  refused(Status::no_such, {2, mib2, 3, pa(16)});
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16)}) { refused(Status::bad_state, {1, gib512, 3, bad}); }
  refused(Status::no_table, {1, gib512, 3, pa(7)});
  refused(Status::no_table, {1, gib, 3, pa(7)});
  refused(Status::no_table, {1, gib512, 2, pa(7)});
  for (const uint64_t level : {1, 2, 3}) { refused(Status::in_use, {1, 0, level, pa(7)}); }
  bench.must(Call::compartment_stop, {1});
  refused(Status::bad_state, {1, mib2, 3, pa(7)});
}

}  // namespace
}  // namespace bulkhead::impl::test
