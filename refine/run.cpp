#include "refine/run.hpp"

#include <fmt/format.h>

#include "impl/dispatch.hpp"
#include "refine/constants.hpp"
#include "refine/effect_mutator.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;

bool same_effect(const hw::Effect<C>& a, const hw::Effect<S>& b) {
  return a.kind == b.kind && a.step == b.step && a.barrier == b.barrier && a.tlbi == b.tlbi && a.reg == b.reg &&
         raw(a.frame) == number(b.frame) && raw(a.index) == number(b.index) && raw(a.value) == number(b.value) &&
         raw(a.source) == number(b.source);
}

/// The engine's run as a mutator has it.
Result<S> run_with(Mutator& mutator, impl::Engine<S>& engine, Cpu<S> cpu, Call call, const Arguments<S>& arguments) {
  EffectMutator effects(mutator);
  engine.hardware.interpose(&effects);
  const Mutator::Scope scope(&mutator);
  Result<S> result = impl::dispatch(engine, cpu, call, arguments);
  engine.hardware.interpose(nullptr);
  if (result.status == Status::ok) {
    for (size_t i = 0; i < row_of(call).outputs.size(); ++i) {
      result.outputs.at(i) = Word<S>::from_bits(mutator.output(result.outputs.at(i).bits()));
    }
  }
  return result;
}

/// Tells a recorder of each effect, and keeps what the engine's records are then.
class Historian final : public hw::Observer<S> {
 public:
  Historian(const impl::Engine<S>& engine, Recorder<S>& recorder)
      : engine_(engine), recorder_(recorder), accesses_before_(Accesses::count()) {}
  void on_effect(const hw::Effect<S>& effect, const hw::Hardware<S>& hardware) override {
    recorder_.on_effect(effect, hardware);
    moments_.push_back({engine_.frames, engine_.compartments, accesses()});
  }
  uint64_t accesses() const { return Accesses::count() - accesses_before_; }
  std::vector<KeptRecords> moments() { return std::move(moments_); }

 private:
  const impl::Engine<S>& engine_;
  Recorder<S>& recorder_;
  uint64_t accesses_before_;
  std::vector<KeptRecords> moments_;
};

/// Compares what a run of the concrete engine did with what the run on constants did.
std::string difference(const Result<C>& result, const Recorder<C>& effects, const Step& step,
                       const Recorder<S>& expected) {
  if (result.status != step.result.status) {
    return fmt::format("the concrete engine answers {} where the symbolic domain answers {}", name_of(result.status),
                       name_of(step.result.status));
  }
  for (size_t i = 0; i < result.outputs.size(); ++i) {
    if (raw(result.outputs[i]) != number(step.result.outputs[i])) { return "the outputs differ"; }
  }
  if (effects.effects().size() != expected.effects().size()) { return "the number of effects differs"; }
  for (size_t i = 0; i < effects.effects().size(); ++i) {
    if (!same_effect(effects.effects()[i], expected.effects()[i])) { return fmt::format("effect {} differs", i + 1); }
  }
  return "";
}

}  // namespace

Arguments<S> arbitrary_arguments(Session& session, Call call) {
  Arguments<S> arguments;
  arguments.caller = CompartmentId<S>::from_bits(session.apply("argument.caller", {}, 16));
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    arguments.words[i] = Word<S>::from_bits(session.apply(fmt::format("argument.{}", inputs[i].name), {}, 64));
  }
  return arguments;
}

std::unique_ptr<Step> run_engine(const impl::Engine<S>& before, const HostTables<S>& host, Call call, Cpu<S> cpu,
                                 const Arguments<S>& arguments, Session* session,
                                 const std::shared_ptr<const std::vector<uint64_t>>& samples, Recorder<S>& recorder,
                                 Mutator* mutator) {
  impl::Engine<S> after = before;
  Historian historian(after, recorder);
  after.hardware.observe(&historian);
  const Result<S> result = mutator == nullptr ? impl::dispatch(after, cpu, call, arguments)
                                              : run_with(*mutator, after, cpu, call, arguments);
  after.hardware.observe(nullptr);
  const uint64_t accesses = historian.accesses();
  spec::State<S> spec_before = abstract(before, session, samples);
  return std::make_unique<Step>(Step{call, cpu, arguments, spec::name_inputs(call, arguments), &before, &host,
                                     std::move(after), result, spec_before, spec_before, Status::ok,
                                     &spec::rule_of<S>(call), recorder.effects(), historian.moments(), accesses});
}

void apply_rule(Step& step) {
  if (step.succeeded()) { step.spec_result = step.rule->effect(step.spec_after, step.inputs); }
}

Rerun::Rerun(SmallState from, Call which, Cpu<S> on, const Arguments<S>& with, const CallFault& wrong)
    : call(which),
      state(std::move(from)),
      before(state.constants()),
      host(state.constant_host()),
      samples(state.sample_pages()),
      constants(with),
      constant_cpu(on),
      arguments(concrete(with)),
      cpu(concrete(on)),
      fault(wrong) {
  Mutator mutator(fault.of_handler);
  try {
    step = run(fault.of_handler ? &mutator : nullptr, effects);
  } catch (const Fault& fault) { failed_belief = fault.what(); }
}

Rerun::Rerun(const ModelState& model, Call which, Cpu<S> any_cpu, const Arguments<S>& any, const CallFault& wrong)
    : Rerun(model.small(), which, constant_of(model, any_cpu), constants_of(model, any), wrong) {}

std::unique_ptr<Step> Rerun::run(Mutator* mutator, Recorder<S>& recorder) const {
  auto again = run_engine(before, host, call, constant_cpu, constants, nullptr, samples, recorder, mutator);
  again->rule = &rule();
  apply_rule(*again);
  return again;
}

const spec::Rule<S>& Rerun::rule() const { return fault.rule != nullptr ? *fault.rule : spec::rule_of<S>(call); }

std::string Rerun::difference_from_concrete() const {
  impl::Engine<C> engine = state.concrete();
  Recorder<C> recorder;
  engine.hardware.observe(&recorder);
  try {
    const Result<C> result = impl::dispatch(engine, cpu, call, arguments);
    if (step == nullptr) { return "the concrete engine does not fail where the symbolic domain does"; }
    return difference(result, recorder, *step, effects);
  } catch (const Fault& fault) {
    return failed_belief == fault.what() ? "" : fmt::format("the concrete engine fails: {}", fault.what());
  }
}

Arguments<S> constants_of(const ModelState& state, const Arguments<S>& any) {
  Arguments<S> constants{constant_of(state, any.caller), {}};
  for (size_t i = 0; i < max_inputs; ++i) { constants.words[i] = constant_of(state, any.words[i]); }
  return constants;
}

Point evaluate_point(const ModelState& state, const Point& point) {
  return {constant_of(state, point.frame),      constant_of(state, point.index), constant_of(state, point.compartment),
          constant_of(state, point.page),       constant_of(state, point.level), constant_of(state, point.cpu),
          constant_of(state, point.other_page), constant_of(state, point.vcpu)};
}

}  // namespace bulkhead::refine
