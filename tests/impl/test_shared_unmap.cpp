#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("shared_unmap takes the page from the compartment and leaves it, cleaned, to the host") {
  BuiltBench bench;
  bench.must(Call::shared_map, {1, shared + 0x1000, pa(20), 1});
  bench.must(Call::shared_unmap, {1, shared + 0x1000});
  CHECK(bench.output() == pa(20));
  CHECK(bench.state(pa(20)) == FrameState::host);
  CHECK(bench.owner(pa(20)) == 0);
  CHECK(bench.word(pa(20) + 8) == pa(20) + 8);
  CHECK(bench.changes() == Lines{
                               "store 0x40006000[1] = 0x0",
                               "dsb ishst",
                               "msr vttbr_el2 0x1000040000000",
                               "isb",
                               "tlbi ipas2e1is 0x800000001",
                               "dsb ish",
                               "tlbi vmalle1is 0x0",
                               "dsb ish",
                               "msr vttbr_el2 0x7f9fd000",
                               "isb",
                               "clean 0x40014000",
                               "dsb ish",
                           });
  bench.must(Call::frame_donate, {pa(20)});
}

TEST_CASE("shared_unmap works while the compartment is stopping") {
  BuiltBench bench;
  bench.must(Call::shared_map, {1, shared, pa(20), 0});
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::shared_unmap, {1, shared});
}

TEST_CASE("shared_unmap finds no table where there is a block") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, shared_run_ipa, 3});
  check_refused(bench, Status::no_table, Call::shared_unmap, {1, shared_run_ipa});
}

TEST_CASE("shared_unmap is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::shared_unmap, words);
  };
  bench.must(Call::shared_map, {1, shared, pa(20), 1});
  check_denied(bench, Call::shared_unmap, {1, shared});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, shared}); }
  for (const uint64_t bad : {shared + 1, uint64_t{0x2000}, shared | uint64_t{1} << 48}) {
    refused(Status::bad_address, {2, bad});
  }
  refused(Status::no_such, {2, shared});
  refused(Status::no_table, {1, shared + 0x200000});
  refused(Status::not_mapped, {1, shared + 0x1000});
}

}  // namespace
}  // namespace bulkhead::impl::test
