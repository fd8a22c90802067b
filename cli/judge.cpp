#include "cli/judge.hpp"

#include <fmt/format.h>

#include "impl/boot.hpp"
#include "impl/dispatch.hpp"
#include "refine/lockstep.hpp"
#include "spec/boot.hpp"
#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using trace::CallEvent;

/// The places that a call names, in a state of the engine or of the spec.
template <class State>
std::vector<std::string> describe_places(const State& state, const CallEvent& event) {
  const refine::Points points = refine::points_of(event.call, event.arguments);
  std::vector<std::string> lines;
  for (const Frame<C> frame : points.frames) {
    lines.push_back(
        fmt::format("frame {:#x} is {}", raw(address_of(frame)), refine::describe(refine::view_frame(state, frame))));
  }
  if (raw(points.compartment) == 0) { return lines; }
  const uint64_t id = raw(points.compartment);
  lines.push_back(
      fmt::format("compartment {} is {}", id, refine::describe(refine::view_compartment(state, points.compartment))));
  for (const Page<C> page : points.pages) {
    lines.push_back(fmt::format("compartment {} at ipa {:#x}: {}", id, raw(address_of(page)),
                                refine::describe(refine::view_page(state, points.compartment, page))));
  }
  return lines;
}

/// Lines about the same places by spec and engine, as one where they agree.
std::vector<std::string> both(const std::vector<std::string>& spec, const std::vector<std::string>& engine) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < spec.size(); ++i) {
    if (spec[i] == engine[i]) {
      lines.push_back(spec[i]);
    } else {
      lines.push_back("spec: " + spec[i]);
      lines.push_back("engine: " + engine[i]);
    }
  }
  return lines;
}

/// The first failure condition that holds. After a refused call the state is as it was before.
std::optional<std::string> refusal_in(const spec::State<C>& state, const CallEvent& event) {
  const auto inputs = spec::name_inputs<C>(event.call, event.arguments);
  for (const auto& refusal : spec::rule_of<C>(event.call).refusals) {
    if (refusal.holds(state, inputs)) { return std::string(refusal.text); }
  }
  return std::nullopt;
}

class SpecJudge final : public Judge {
 public:
  explicit SpecJudge(const MachineDescription& machine) : state_(spec::boot(machine)) {}
  Ruling rule(const CallEvent& event) override { return {spec::step(state_, event.call, event.arguments), {}}; }
  std::optional<std::string> reason(const CallEvent& event) const override { return refusal_in(state_, event); }
  std::vector<std::string> places(const CallEvent& event) const override { return describe_places(state_, event); }

 private:
  spec::State<C> state_;
};

class EngineJudge final : public Judge {
 public:
  explicit EngineJudge(const MachineDescription& machine) : engine_(impl::boot(machine)) {}
  Ruling rule(const CallEvent& event) override {
    try {
      return {impl::dispatch(engine_, event.cpu, event.call, event.arguments), {}};
    } catch (const Fault& fault) {
      return {event.result, fmt::format("the engine believes that {}, and it is not so", fault.what())};
    }
  }
  std::optional<std::string> reason(const CallEvent& /*event*/) const override { return std::nullopt; }
  std::vector<std::string> places(const CallEvent& event) const override { return describe_places(engine_, event); }

 private:
  impl::Engine<C> engine_;
};

class LockstepJudge final : public Judge {
 public:
  explicit LockstepJudge(const MachineDescription& machine) : lockstep_(machine) {}
  Ruling rule(const CallEvent& event) override {
    const refine::Answers answers = lockstep_.call(event.cpu, event.call, event.arguments);
    if (answers.divergence) { return {answers.spec, answers.divergence->text}; }
    return {answers.spec, {}};
  }
  std::optional<std::string> reason(const CallEvent& event) const override {
    return refusal_in(lockstep_.spec(), event);
  }
  std::vector<std::string> places(const CallEvent& event) const override {
    return both(describe_places(lockstep_.spec(), event), describe_places(lockstep_.engine(), event));
  }

 private:
  refine::Lockstep lockstep_;
};

}  // namespace

std::unique_ptr<Judge> make_judge(Against against, const MachineDescription& machine) {
  switch (against) {
    case Against::spec:
      return std::make_unique<SpecJudge>(machine);
    case Against::engine:
      return std::make_unique<EngineJudge>(machine);
    case Against::both:
      return std::make_unique<LockstepJudge>(machine);
  }
  return nullptr;
}

}  // namespace bulkhead::cli
