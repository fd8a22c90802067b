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
std::vector<size_t> memory_while_replaying(const std::string& good_reuse, uint64_t times) {
  Repeated bytes = repeated_trace(good_reuse, times);
  std::istream in(&bytes);
  trace::Reader reader(in, "trace");
  const auto judge = cli::make_judge(cli::Against::both, reader.header().machine);
  std::vector<size_t> used;
  used.reserve(100);
  const auto look = [&](uint64_t) { used.push_back(in_use()); };
  const cli::Outcome outcome = cli::replay(reader, *judge, ~uint64_t{0}, look);
  CHECK_FALSE(outcome.divergence);
  CHECK(outcome.events == 90 * times);
  return used;
}

TEST_CASE("memory does not grow with the length of a trace") {
  const auto used = memory_while_replaying(record_corpus().at("good_reuse.jsonl"), 3000);
  REQUIRE(used.size() == 4);
  CHECK(*std::max_element(used.begin(), used.end()) < used.front() + 4096);
}

}  // namespace
}  // namespace bulkhead::test
