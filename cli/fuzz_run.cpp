#include "cli/fuzz_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "cli/generator.hpp"
#include "model/trace_writer.hpp"
#include "refine/shrink_deeds.hpp"

namespace bulkhead::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Steps that a machine lives: mostly few, so that every state is built often; now and then many.
constexpr uint64_t short_life = 1000;
constexpr uint64_t long_life = 10000;
constexpr uint64_t steps_per_look = 128;  ///< between two comparisons of everything

/// A machine and all that was done on it since it booted.
struct Life {
  explicit Life(const MachineDescription& machine) : judge(machine) {}
  LockstepJudge judge;
  std::vector<Deed> deeds;
};

/// What engine and spec disagree on after these deeds, and after how many of them.
struct Failing {
  size_t count;
  std::string text;
};

std::optional<Failing> failing(const std::vector<Deed>& deeds) {
  LockstepJudge judge{MachineDescription{}};
  for (size_t i = 0; i < deeds.size(); ++i) {
    if (const auto disagreement = judge.rule(deeds[i]).disagreement) { return Failing{i + 1, *disagreement}; }
  }
  if (const auto disagreement = judge.disagreement()) { return Failing{deeds.size(), *disagreement}; }
  return std::nullopt;
}

/// Gives each deed the end that the engine gives it.
void record(std::vector<Deed>& deeds) {
  const auto engine = make_judge(Against::engine, {});
  for (Deed& deed : deeds) { deed = engine->rule(deed).expected; }
}

FuzzFailure shrunk(const std::vector<Deed>& found) {
  const auto fails_after = [](const std::vector<Deed>& deeds) -> std::optional<size_t> {
    const auto failure = failing(deeds);
    return failure ? std::optional(failure->count) : std::nullopt;
  };
  FuzzFailure failure{refine::shrink(found, fails_after), {}, found.size()};
  failure.text = failing(failure.deeds).value().text;
  record(failure.deeds);
  return failure;
}

class Fuzzer {
 public:
  explicit Fuzzer(uint64_t seed) : lives_(seed), generator_(lives_.next(), machine_) {}

  /// One more step; false if engine and spec part.
  bool step(FuzzResult& result) {
    if (left_ == 0 && !begin_life(result)) { return false; }
    --left_;
    ++result.steps;
    const Ruling ruling = do_next(result.coverage);
    if (ruling.disagreement) { return fail(result); }
    if (const auto* call = std::get_if<trace::CallEvent>(&ruling.expected)) {
      result.coverage.count({call->call, call->result.status});
    }
    return result.steps % steps_per_look != 0 || agrees(result);
  }

  /// Compares everything a last time.
  bool agrees(FuzzResult& result) { return !life_->judge.disagreement() || fail(result); }

 private:
  bool begin_life(FuzzResult& result) {
    if (life_ && !agrees(result)) { return false; }
    life_ = std::make_unique<Life>(machine_);
    left_ = lives_.chance(5) ? long_life : short_life;
    generator_.begin_machine(left_);
    ++result.machines;
    return true;
  }

  Ruling do_next(const Coverage& coverage) {
    life_->deeds.push_back(generator_.next(life_->judge.spec(), coverage));
    return life_->judge.rule(life_->deeds.back());
  }

  bool fail(FuzzResult& result) {
    result.failure = shrunk(life_->deeds);
    return false;
  }

  MachineDescription machine_;
  Random lives_;
  Generator generator_;
  std::unique_ptr<Life> life_;
  uint64_t left_ = 0;
};

}  // namespace

FuzzResult fuzz(const FuzzLimits& limits, const std::function<bool(uint64_t steps)>& go_on) {
  const auto start = Clock::now();
  const auto seconds = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  FuzzResult result;
  Fuzzer fuzzer(limits.seed);
  while (result.steps < limits.steps && fuzzer.step(result)) {
    if (result.steps % steps_per_look != 0) { continue; }
    result.interrupted = !go_on(result.steps);
    if (result.interrupted) { break; }
    if (limits.seconds != 0 && seconds() >= limits.seconds) { break; }
  }
  if (result.steps != 0 && !result.failure) { fuzzer.agrees(result); }
  result.seconds = seconds();
  return result;
}

std::string trace_of(const FuzzFailure& failure, uint64_t seed) {
  const std::string source =
      fmt::format("bulkhead fuzz --seed {}, shrunk from {} steps: {}", seed, failure.found_after, failure.text);
  return trace::text_of({{}, source, {}}, failure.deeds);
}

}  // namespace bulkhead::cli
