#include <malloc.h>

#include <algorithm>

#include "cli/replay_run.hpp"
#include "tests/catch.hpp"
#include "tests/tools/corpus.hpp"
#include "tests/tools/repeated.hpp"

namespace bulkhead::test {
namespace {

/// Bytes in use on the heap.
size_t in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// The same each time that `replay` tells how far it is.
std::vector<size_t> memory_while_replaying(Repeated bytes, uint64_t events) {
  std::istream in(&bytes);
  trace::Reader reader(in, "trace");
  const auto judge = cli::make_judge(cli::Against::both, reader.header().machine);
  std::vector<size_t> used;
  used.reserve(100);
  const auto look = [&](uint64_t) { used.push_back(in_use()); };
  const cli::Outcome outcome = cli::replay(reader, *judge, ~uint64_t{0}, look);
  CHECK(outcome.diverges_at() == 0);
  CHECK(outcome.events == events);
  return used;
}

TEST_CASE("memory does not grow with the length of a trace") {
  const auto used = memory_while_replaying(repeated_trace(record_corpus().at("good_reuse.jsonl"), 3000), 90 * 3000);
  REQUIRE(used.size() == 4);
  CHECK(*std::max_element(used.begin(), used.end()) < used.front() + 4096);
}

TEST_CASE("memory does not grow with the number of effects") {
  const std::string good = record_corpus().at("good_foreign_donate.jsonl");
  const auto used = memory_while_replaying(repeated_effects(good, 10000), 43 + 58 * 10000);
  REQUIRE(used.size() == 8);
  CHECK(*std::max_element(used.begin(), used.end()) < used.front() + 4096);
}

}  // namespace
}  // namespace bulkhead::test
