#include "refine/run.hpp"

#include <fmt/format.h>

#include "impl/dispatch.hpp"
#include "refine/effect_mutator.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;

/// A value of the model as a constant.
template <class Tag>
Value<S, Tag> constant(const ModelState& state, Value<S, Tag> value) {
  return Value<S, Tag>::from_bits(SymBits::of_constant(state.evaluate(value.bits()), Value<S, Tag>::width));
}

Arguments<S> constants_of(const ModelState& state, const Arguments<S>& any) {
  Arguments<S> constants;
  constants.caller = constant(state, any.caller);
  for (size_t i = 0; i < constants.words.size(); ++i) { constants.words[i] = constant(state, any.words[i]); }
  return constants;
}

template <class Tag>
Value<C, Tag> concrete(Value<S, Tag> constant) {
  return Value<C, Tag>::from_bits(constant.bits().constant());
}

bool same_effect(const hw::Effect<C>& a, const hw::Effect<S>& b) {
  return a.kind == b.kind && a.barrier == b.barrier && a.tlbi == b.tlbi && a.reg == b.reg &&
         raw(a.frame) == b.frame.bits().constant() && raw(a.index) == b.index.bits().constant() &&
         raw(a.value) == b.value.bits().constant() && raw(a.source) == b.source.bits().constant();
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

/// Compares what a run of the concrete engine did with what the run on constants did.
std::string difference(const Result<C>& result, const Recorder<C>& effects, const Step& step,
                       const Recorder<S>& expected) {
  if (result.status != step.result.status) {
    return fmt::format("the concrete engine answers {} where the symbolic domain answers {}", name_of(result.status),
                       name_of(step.result.status));
  }
  for (size_t i = 0; i < result.outputs.size(); ++i) {
    if (raw(result.outputs[i]) != step.result.outputs[i].bits().constant()) { return "the outputs differ"; }
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
  after.hardware.observe(&recorder);
  const Result<S> result = mutator == nullptr ? impl::dispatch(after, cpu, call, arguments)
                                              : run_with(*mutator, after, cpu, call, arguments);
  after.hardware.observe(nullptr);
  spec::State<S> spec_before = abstract(before, session, samples);
  return std::make_unique<Step>(Step{call, cpu, arguments, spec::name_inputs(call, arguments), &before, &host,
                                     std::move(after), result, spec_before, spec_before, Status::ok,
                                     &spec::rule_of<S>(call), recorder.effects()});
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
      cpu(concrete(on)),
      fault(wrong) {
  arguments.caller = concrete(constants.caller);
  for (size_t i = 0; i < constants.words.size(); ++i) { arguments.words[i] = concrete(constants.words[i]); }
  Mutator mutator(fault.of_handler);
  try {
    step = run(fault.of_handler ? &mutator : nullptr, effects);
  } catch (const Fault& fault) { failed_belief = fault.what(); }
}

Rerun::Rerun(const ModelState& model, Call which, Cpu<S> any_cpu, const Arguments<S>& any,
             const CallFault& wrong)
    : Rerun(model.small(), which, constant(model, any_cpu), constants_of(model, any), wrong) {}

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

Point evaluate_point(const ModelState& state, const Point& point) {
  return {constant(state, point.frame),     constant(state, point.index), constant(state, point.compartment),
          constant(state, point.page),      constant(state, point.level), constant(state, point.cpu),
          constant(state, point.other_page)};
}

}  // namespace bulkhead::refine
