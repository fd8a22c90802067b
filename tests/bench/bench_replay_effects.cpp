#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "cli/replay_run.hpp"
#include "cli/trace_effect.hpp"
#include "tests/tools/corpus.hpp"
#include "tests/tools/repeated.hpp"

/// How many effects a second are judged: read from JSON, read alone, and judged alone. The memory is the peak of the
/// process so far: it is the same for the longer trace if memory does not grow.
namespace {

using namespace bulkhead;

constexpr uint64_t block = 58;

const std::string& good() {
  static const std::string text = test::record_corpus().at("good_foreign_donate.jsonl");
  return text;
}

double peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss);
}

/// Calls `use(reader)` with a trace of as many effects as the benchmark asks for.
template <class Use>
void with_trace(benchmark::State& state, const Use& use) {
  int64_t events = 0;
  for (auto _ : state) {
    test::Repeated bytes = test::repeated_effects(good(), static_cast<uint64_t>(state.range(0)) / block);
    std::istream in(&bytes);
    trace::Reader reader(in, "trace");
    events += static_cast<int64_t>(use(reader));
  }
  state.SetItemsProcessed(events);
  state.counters["peak_KiB"] = peak_kib();
}

void replay(benchmark::State& state) {
  with_trace(state, [](trace::Reader& reader) {
    const auto judge = cli::make_judge(cli::Against::both, reader.header().machine);
    const cli::Outcome outcome = cli::replay(reader, *judge, ~uint64_t{0}, [](uint64_t) {});
    if (outcome.diverges_at() != 0) { throw Fault("the trace of the benchmark diverges"); }
    return outcome.events;
  });
}
BENCHMARK(replay)->Arg(100000)->Arg(5000000)->Iterations(1)->Unit(benchmark::kMillisecond);

void read(benchmark::State& state) {
  with_trace(state, [](trace::Reader& reader) {
    uint64_t events = 0;
    for (trace::Event event; reader.next(event); ++events) { benchmark::DoNotOptimize(event); }
    return events;
  });
}
BENCHMARK(read)->Arg(1000000)->Iterations(1)->Unit(benchmark::kMillisecond);

/// The effects of the trace, read once.
std::vector<hw::Recorded> recorded(uint64_t times) {
  test::Repeated bytes = test::repeated_effects(good(), times);
  std::istream in(&bytes);
  trace::Reader reader(in, "trace");
  std::vector<hw::Recorded> all;
  for (trace::Event event; reader.next(event);) {
    all.push_back(*cli::effect_of(std::get<trace::StepEvent>(event.what), {}));
  }
  return all;
}

void judge(benchmark::State& state) {
  const std::vector<hw::Recorded> effects = recorded(1000);
  for (auto _ : state) {
    hw::EffectJudge judge(cli::setting_at_boot({}));
    for (const hw::Recorded& effect : effects) {
      if (judge.judge(effect)) { throw Fault("an effect of the benchmark breaks a rule"); }
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(effects.size()) * state.iterations());
}
BENCHMARK(judge)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
