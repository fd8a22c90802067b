#include <benchmark/benchmark.h>

#include "impl/boot.hpp"
#include "impl/dispatch.hpp"

/// How fast the engine answers in the concrete domain, call by call. Each loop leaves the state as it
/// found it.
namespace {

using namespace bulkhead;

constexpr uint64_t ram = 0x40000000;
constexpr uint64_t page_bytes = uint64_t{1} << page_shift;
constexpr uint64_t shared_half = uint64_t{1} << 47;

/// An engine with a compartment whose shared half has tables down to level 3, and two frames to spare.
class Scene {
 public:
  Scene() : engine_(impl::boot(MachineDescription{})) {
    for (uint64_t frame = 0; frame < 6; ++frame) { must(Call::frame_donate, {frame_at(frame)}); }
    must(Call::compartment_create, {1, frame_at(0), 1});
    for (uint64_t level = 1; level <= 3; ++level) {
      must(Call::table_create, {1, shared_half, level, frame_at(level)});
    }
  }

  static uint64_t frame_at(uint64_t number) { return ram + number * page_bytes; }

  Status call(Call call, std::array<uint64_t, max_inputs> words) {
    Arguments<Concrete> arguments;
    for (size_t i = 0; i < words.size(); ++i) { arguments.words[i] = Word<Concrete>(words[i]); }
    return impl::dispatch(engine_, Cpu<Concrete>(0), call, arguments).status;
  }

  /// Makes a call that has to succeed, or the figure would be of another path.
  void must(Call which, std::array<uint64_t, max_inputs> words) {
    if (call(which, words) != Status::ok) { throw Fault("a call of the benchmark is refused"); }
  }

 private:
  impl::Engine<Concrete> engine_;
};

void donate_and_reclaim(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) {
    scene.must(Call::frame_donate, {Scene::frame_at(9)});
    scene.must(Call::frame_reclaim, {Scene::frame_at(9)});
  }
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(donate_and_reclaim);

void map_and_unmap_shared(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) {
    scene.must(Call::shared_map, {1, shared_half, Scene::frame_at(9), 1});
    scene.must(Call::shared_unmap, {1, shared_half});
  }
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(map_and_unmap_shared);

void create_and_destroy_table(benchmark::State& state) {
  Scene scene;
  constexpr uint64_t next_span = shared_half + (uint64_t{1} << 21);
  for (auto _ : state) {
    scene.must(Call::table_create, {1, next_span, 3, Scene::frame_at(4)});
    scene.must(Call::table_destroy, {1, next_span, 3});
  }
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(create_and_destroy_table);

void refuse_to_map(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) {
    if (scene.call(Call::page_map, {1, 0, Scene::frame_at(4)}) != Status::no_table) {
      throw Fault("a call of the benchmark is not refused as expected");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(refuse_to_map);

}  // namespace

BENCHMARK_MAIN();
