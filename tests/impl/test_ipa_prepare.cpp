#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("ipa_prepare marks an empty page as memory") {
  BuiltBench bench;
  bench.must(Call::ipa_prepare, {1, 0x3000});
  CHECK(bench.changes() == Lines{"store 0x40003000[3] = 0x4"});
}

TEST_CASE("ipa_prepare is refused") {
  BuiltBench bench;
  const auto refused = [&bench](Status status, std::vector<uint64_t> words) {
    check_refused(bench, status, Call::ipa_prepare, words);
  };
  check_denied(bench, Call::ipa_prepare, {1, 0x3000});
  for (const uint64_t bad : bad_ids) { refused(Status::bad_argument, {bad, 0x3000}); }
  for (const uint64_t bad : {uint64_t{0x3001}, shared, uint64_t{1} << 48}) { refused(Status::bad_address, {2, bad}); }
  refused(Status::no_such, {2, 0x3000});
  refused(Status::no_table, {1, 0x200000});
  refused(Status::no_table, {1, 0x40000000});
  refused(Status::no_table, {1, uint64_t{1} << 39});
  refused(Status::in_use, {1, 0x2000});
  refused(Status::bad_state, {1, 0x1000});
  bench.must(Call::page_unmap, {1, 0x2000});
  refused(Status::bad_state, {1, 0x2000});
  bench.must(Call::compartment_activate, {1});
  refused(Status::bad_state, {1, 0x3000});
  bench.must(Call::compartment_stop, {1});
  refused(Status::bad_state, {1, 0x3000});
}

}  // namespace
}  // namespace bulkhead::impl::test
