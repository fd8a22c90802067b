#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_load copies before it maps") {
  BuiltBench bench;
  bench.must(Call::page_load, {1, 0x1000, pa(9), pa(20)});
  CHECK(bench.state(pa(9)) == FrameState::data);
  CHECK(bench.owner(pa(9)) == 1);
  CHECK(raw(bench.engine.frames.base.get(frame_of(Pa<C>(pa(9))))) == 1);
  CHECK(bench.state(pa(20)) == FrameState::host);
  CHECK(bench.word(pa(9) + 24) == pa(20) + 24);
  CHECK(bench.changes() == Lines{
                               "copy 0x40009000 = 0x40014000",
                               "clean 0x40009000",
                               "dsb ish",
                               "store 0x40003000[1] = 0x400097ff",
                               "dsb ishst",
                           });
}

TEST_CASE("page_load is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::page_load, words);
  };
  check_denied(bench, Call::page_load, {1, 0x1000, pa(9), pa(20)});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, 0x1000, pa(9), pa(20)}); }
  refused(Status::bad_address, {2, 0x1001, pa(9), pa(20)});
  refused(Status::bad_address, {2, shared, pa(9), pa(20)});
  refused(Status::bad_address, {2, 0x1000, pa(9) + 1, pa(20)});
  refused(Status::bad_address, {2, 0x1000, pa(9), pa(20) + 1});
  refused(Status::bad_address, {2, 0x1000, device_pa, pa(20)});
  refused(Status::bad_address, {2, 0x1000, pa(9), device_pa});
  refused(Status::no_such, {2, 0x1000, pa(9), pa(20)});
  refused(Status::bad_state, {1, 0x200000, pa(20), pa(20)});
  refused(Status::bad_state, {1, 0x200000, pa(8), pa(20)});
  refused(Status::bad_state, {1, 0x200000, pa(9), pa(10)});
  refused(Status::bad_state, {1, 0x200000, pa(9), pa(8)});
  refused(Status::no_table, {1, 0x200000, pa(9), pa(20)});
  refused(Status::in_use, {1, 0x2000, pa(9), pa(20)});
  refused(Status::bad_state, {1, 0x3000, pa(9), pa(20)});
  bench.must(Call::compartment_activate, {1});
  refused(Status::bad_state, {1, 0x1000, pa(9), pa(20)});
}

}  // namespace
}  // namespace bulkhead::impl::test
