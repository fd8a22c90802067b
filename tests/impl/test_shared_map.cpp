#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("shared_map maps a frame that stays the host's") {
  BuiltBench bench;
  bench.must(Call::shared_map, {1, shared + 0x1000, pa(20), 1});
  CHECK(bench.state(pa(20)) == FrameState::host);
  CHECK(bench.owner(pa(20)) == 1);
  CHECK(raw(bench.engine.frames.base.get(frame_of(Pa<C>(pa(20))))) == (shared + 0x1000) >> page_shift);
  CHECK(bench.word(pa(20) + 8) == pa(20) + 8);
  CHECK(bench.changes() == Lines{"store 0x40006000[1] = 0x400147ff", "dsb ishst"});
  bench.must(Call::shared_map, {1, shared + 0x2000, pa(21), 0});
  CHECK(bench.changes() == Lines{"store 0x40006000[2] = 0x4001577f", "dsb ishst"});
}

TEST_CASE("shared_map works while the compartment is active") {
  BuiltBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::shared_map, {1, shared, pa(20), 1});
}

TEST_CASE("shared_map is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::shared_map, words);
  };
  bench.must(Call::shared_map, {1, shared, pa(20), 1});
  check_denied(bench, Call::shared_map, {1, shared + 0x1000, pa(21), 1});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, shared, pa(21), 1}); }
  for (const uint64_t bad : {uint64_t{2}, ~uint64_t{0}}) { refused(Status::bad_argument, {1, shared, pa(21), bad}); }
  refused(Status::bad_address, {2, shared + 1, pa(21), 1});
  refused(Status::bad_address, {2, 0x1000, pa(21), 1});
  refused(Status::bad_address, {2, shared | uint64_t{1} << 48, pa(21), 1});
  refused(Status::bad_address, {2, shared, pa(21) + 1, 1});
  refused(Status::bad_address, {2, shared, device_pa, 1});
  refused(Status::no_such, {2, shared, pa(7), 1});
  for (const uint64_t bad : {pa(0), pa(1), pa(7), pa(8)}) { refused(Status::bad_state, {1, shared, bad, 1}); }
  refused(Status::in_use, {1, shared + 0x200000, pa(20), 1});
  refused(Status::no_table, {1, shared + 0x200000, pa(21), 1});
  refused(Status::in_use, {1, shared, pa(21), 1});
  bench.must(Call::compartment_stop, {1});
  refused(Status::bad_state, {1, shared + 0x1000, pa(21), 1});
}

}  // namespace
}  // namespace bulkhead::impl::test
