#include <benchmark/benchmark.h>

#include <sstream>

#include "cli/generator.hpp"
#include "cli/replay_run.hpp"
#include "model/trace_writer.hpp"

/// How many events a second `replay` judges, by whom, and how fast a trace is read alone.
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

}  // namespace

BENCHMARK_MAIN();
