#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sstream>

#include "cli/tool.hpp"

/// How many queries a second `walk` answers from JSON to JSON.
namespace bulkhead::cli {
namespace {

constexpr uint64_t cases = 1000;

/// Cases with four levels of tables and that many queries each.
std::string cases_of(uint64_t queries) {
  std::string lines;
  for (uint64_t i = 0; i < cases; ++i) {
    std::string asked;
    for (uint64_t q = 0; q < queries; ++q) { asked += fmt::format("{}[\"{:#x}\",\"r1\"]", q == 0 ? "" : ",", 8 * q); }
    lines += fmt::format(
        R"({{"id":"case {}","vtcr":"0xd0090","vttbr":"0x1000","dc":0,"fwb":0,"cd":0,"words":[["0x1000","0x2003"],)"
        R"(["0x2000","0x3003"],["0x3000","0x4003"],["0x4000","0x400007ff"]],"q":[{}]}})"
        "\n",
        i, asked);
  }
  return lines;
}

void walk_cases(benchmark::State& state) {
  const auto queries = static_cast<uint64_t>(state.range(0));
  const std::string lines = cases_of(queries);
  for (auto _ : state) {
    std::istringstream in(lines);
    std::ostringstream out;
    std::ostringstream err;
    Io io{in, out, err};
    if (run({"walk", "-"}, io) != 0) { state.SkipWithError("a case was refused"); }
  }
  state.SetItemsProcessed(static_cast<int64_t>(cases * queries) * state.iterations());
}
BENCHMARK(walk_cases)->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bulkhead::cli

BENCHMARK_MAIN();
