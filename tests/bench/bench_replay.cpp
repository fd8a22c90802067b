#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <sstream>

#include "cli/generator.hpp"
#include "cli/replay_run.hpp"
#include "model/trace_writer.hpp"
#include "tests/tools/corpus.hpp"
#include "tests/tools/repeated.hpp"

/// How many events a second `replay` judges, by whom, and how fast a trace is read alone; how much memory
/// it takes for traces of different lengths.
namespace {

using namespace bulkhead;

constexpr uint64_t length = 20000;

/// A trace of random calls and accesses, most of which succeed, as text.
std::string random_trace() {
  std::ostringstream text;
  trace::Writer writer(text, {{}, "random", {}});
  cli::LockstepJudge judge{MachineDescription{}};
  cli::Generator generator(1, {});
  cli::Coverage coverage;
  for (uint64_t i = 0; i < length; ++i) {
    writer.write(cli::event_of(judge.rule(generator.next(judge.spec(), coverage)).expected));
  }
  return text.str();
}

const std::string& the_trace() {
  static const std::string text = random_trace();
  return text;
}

void read(benchmark::State& state) {
  for (auto _ : state) {
    std::istringstream in(the_trace());
    trace::Reader reader(in, "trace");
    trace::Event event;
    while (reader.next(event)) { benchmark::DoNotOptimize(event); }
  }
  state.SetItemsProcessed(static_cast<int64_t>(length) * state.iterations());
}
BENCHMARK(read)->Unit(benchmark::kMillisecond);

void replay(benchmark::State& state, cli::Against against) {
  for (auto _ : state) {
    std::istringstream in(the_trace());
    trace::Reader reader(in, "trace");
    const auto judge = cli::make_judge(against, reader.header().machine);
    const cli::Outcome outcome = cli::replay(reader, *judge, ~uint64_t{0}, [](uint64_t) {});
    if (outcome.divergence || outcome.events != length) { throw Fault("the trace of the benchmark diverges"); }
  }
  state.SetItemsProcessed(static_cast<int64_t>(length) * state.iterations());
}
BENCHMARK_CAPTURE(replay, spec, cli::Against::spec)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay, engine, cli::Against::engine)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay, both, cli::Against::both)->Unit(benchmark::kMillisecond);

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// The peak is that of the process so far: it is the same for the longer trace if memory does not grow.
void replay_long(benchmark::State& state) {
  const std::string trace = test::record_corpus().at("good_reuse.jsonl");
  uint64_t events = 0;
  for (auto _ : state) {
    test::Repeated bytes = test::repeated_trace(trace, static_cast<uint64_t>(state.range(0)) / 90);
    std::istream in(&bytes);
    trace::Reader reader(in, "trace");
    const auto judge = cli::make_judge(cli::Against::both, reader.header().machine);
    events += cli::replay(reader, *judge, ~uint64_t{0}, [](uint64_t) {}).events;
  }
  state.SetItemsProcessed(static_cast<int64_t>(events));
  state.counters["peak_KiB"] = static_cast<double>(peak_kib());
}
BENCHMARK(replay_long)->Arg(100000)->Arg(1000000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
