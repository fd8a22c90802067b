#pragma once

#include <initializer_list>
#include <string>

#include "cli/judge.hpp"
#include "model/trace.hpp"

namespace bulkhead::test {

/// Makes calls and accesses on a machine that just booted, engine and spec in lockstep, and keeps them as
/// the events of a trace. Throws if the two part.
class Recorder final : private hw::Observer<Concrete> {
 public:
  Recorder();

  /// Who does what follows, and on which CPU. At first the host on CPU 0.
  void as(uint64_t caller, uint64_t cpu);
  /// From now on the effects of a call stand before the call itself.
  void record_effects();

  /// An effect that somebody else had on the hardware, on the CPU of whoever does what follows.
  void effect(std::string_view name, std::vector<trace::Field> fields);

  void call(Call call, std::initializer_list<uint64_t> arguments);
  void load(uint64_t ipa);
  void store(uint64_t ipa, uint64_t value);

  const std::vector<trace::Event>& events() const { return events_; }
  const refine::ConcreteSpec& spec() const { return judge_.spec(); }

 private:
  void on_effect(const hw::Effect<Concrete>& effect, const hw::Hardware<Concrete>& hardware) override;
  void record(const cli::Deed& deed);

  cli::LockstepJudge judge_;
  Cpu<Concrete> cpu_{};
  CompartmentId<Concrete> caller_{};
  std::vector<trace::Event> events_;
};

}  // namespace bulkhead::test
