#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("page_map maps a zeroed frame") {
  BuiltBench bench;
  bench.must(Call::page_map, {1, 0x1000, pa(9)});
  CHECK(bench.state(pa(9)) == FrameState::data);
  CHECK(bench.owner(pa(9)) == 1);
  CHECK(raw(bench.engine.frames.base.get(frame_of(Pa<C>(pa(9))))) == 1);
  CHECK(bench.is_zero(pa(9)));
  CHECK(bench.effects() == Lines{
                               "exception",
                               "lock",
                               "load 0x40000000[0]",
                               "load 0x40001000[0]",
                               "load 0x40002000[0]",
                               "load 0x40003000[1]",
                               "store 0x40003000[1] = 0x400097ff",
                               "dsb ishst",
                               "unlock",
                               "eret",
                           });
}

TEST_CASE("page_map works while the compartment is active") {
  BuiltBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::page_map, {1, 0x1000, pa(9)});
}

TEST_CASE("page_map finds no table where there is a block") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  check_refused(bench, Status::no_table, Call::page_map, {1, run_ipa + 0x1000, pa(7)});
}

TEST_CASE("page_map is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::page_map, words);
  };
  check_denied(bench, Call::page_map, {1, 0x1000, pa(9)});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, 0x1000, pa(9)}); }
  refused(Status::bad_address, {2, 0x1001, pa(9)});
  refused(Status::bad_address, {2, shared, pa(9)});
  refused(Status::bad_address, {2, 0x1000, pa(9) + 1});
  refused(Status::bad_address, {2, 0x1000, device_pa});
  refused(Status::no_such, {2, 0x1000, pa(16)});
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16)}) { refused(Status::bad_state, {1, 0x200000, bad}); }
  refused(Status::no_table, {1, 0x200000, pa(9)});
  refused(Status::in_use, {1, 0x2000, pa(9)});
  refused(Status::bad_state, {1, 0x3000, pa(9)});
  bench.must(Call::page_unmap, {1, 0x2000});
  refused(Status::bad_state, {1, 0x2000, pa(9)});
  bench.must(Call::compartment_stop, {1});
  refused(Status::bad_state, {1, 0x1000, pa(9)});
}

}  // namespace
}  // namespace bulkhead::impl::test
