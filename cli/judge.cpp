#include "cli/judge.hpp"

#include <fmt/format.h>

#include "impl/boot.hpp"
#include "impl/dispatch.hpp"
#include "model/trace_writer.hpp"
#include "refine/snapshot.hpp"
#include "spec/boot.hpp"
#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using trace::AccessEvent;
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
  for (const VcpuIndex<C> index : points.vcpus) {
    lines.push_back(fmt::format("compartment {}, vCPU {}: {}", id, raw(index),
                                refine::describe(refine::view_vcpu(state, points.compartment, index))));
  }
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
  const auto& rule = spec::rule_of<C>(event.call);
  const size_t first = spec::first_refusal(rule, state, spec::name_inputs<C>(event.call, event.arguments));
  if (first == rule.refusals.size()) { return std::nullopt; }
  return std::string(rule.refusals[first].text);
}

/// Why stage 2 refuses an access, given what it translates the page to.
std::optional<trace::AccessFault> fault_of(const std::optional<refine::Translation>& found, trace::AccessKind kind) {
  if (!found) { return trace::AccessFault::translation; }
  const bool allowed = kind == trace::AccessKind::load ? found->readable : found->writable;
  return allowed ? std::nullopt : std::optional(trace::AccessFault::permission);
}

/// What the page of an access translates to, by engine or spec.
template <class State>
std::optional<refine::Translation> translation(const State& state, const AccessEvent& access) {
  if (raw(access.ipa) > low_mask(address_bits)) { return std::nullopt; }
  return refine::view_translation(state, access.caller, page_of(access.ipa));
}

/// Makes the access on the state of engine or spec, whose memory this is, and tells how it ends.
template <class State>
AccessEvent perform(const State& state, ConcreteMemory& memory, AccessEvent access) {
  const auto found = translation(state, access);
  access.fault = fault_of(found, access.kind);
  if (access.fault) { return access; }
  const Frame<C> frame(found->frame);
  const auto index = extract<Index<C>, 11, 3>(access.ipa);
  if (access.kind == trace::AccessKind::load) {
    access.value = memory.load(frame, index);
  } else {
    memory.store(frame, index, access.value);
  }
  return access;
}

std::string wrong_belief(const Fault& fault) {
  return fmt::format("the engine believes that {}, and it is not so", fault.what());
}

CallEvent with_result(CallEvent call, const Result<C>& result) {
  call.result = result;
  return call;
}

class SpecJudge final : public Judge {
 public:
  explicit SpecJudge(const MachineDescription& machine) : state_(spec::boot(machine)) {}
  Ruling rule(const Deed& deed) override {
    if (const auto* access = std::get_if<AccessEvent>(&deed)) {
      return {perform(state_, state_.frames.content, *access), {}};
    }
    const auto& call = std::get<CallEvent>(deed);
    return {with_result(call, spec::step(state_, call.call, call.arguments)), {}};
  }
  std::optional<std::string> reason(const CallEvent& call) const override { return refusal_in(state_, call); }
  std::vector<std::string> places(const CallEvent& call) const override { return describe_places(state_, call); }
  std::optional<std::string> disagreement() const override { return std::nullopt; }
  std::optional<std::string> objection(const Deed& /*deed*/) const override { return std::nullopt; }

 private:
  spec::State<C> state_;
};

class EngineJudge final : public Judge {
 public:
  explicit EngineJudge(const MachineDescription& machine) : engine_(impl::boot(machine)) {}
  Ruling rule(const Deed& deed) override {
    if (const auto* access = std::get_if<AccessEvent>(&deed)) {
      return {perform(engine_, engine_.hardware.memory(), *access), {}};
    }
    const auto& call = std::get<CallEvent>(deed);
    try {
      return {with_result(call, impl::dispatch(engine_, call.cpu, call.call, call.arguments)), {}};
    } catch (const Fault& fault) { return {deed, wrong_belief(fault)}; }
  }
  std::optional<std::string> reason(const CallEvent& /*call*/) const override { return std::nullopt; }
  std::vector<std::string> places(const CallEvent& call) const override { return describe_places(engine_, call); }
  std::optional<std::string> disagreement() const override { return std::nullopt; }
  std::optional<std::string> objection(const Deed& /*deed*/) const override { return std::nullopt; }

 private:
  impl::Engine<C> engine_;
};

std::optional<std::string> text_of(const std::optional<refine::Divergence>& divergence) {
  return divergence ? std::optional(divergence->text) : std::nullopt;
}

}  // namespace

std::string in_words(const Deed& deed) {
  if (const auto* access = std::get_if<AccessEvent>(&deed)) { return trace::in_words(*access); }
  const auto& call = std::get<CallEvent>(deed);
  return trace::in_words(call.call, call.arguments);
}

std::string outcome_in_words(const Deed& deed) {
  if (const auto* access = std::get_if<AccessEvent>(&deed)) { return trace::outcome_in_words(*access); }
  const auto& call = std::get<CallEvent>(deed);
  return trace::in_words(call.call, call.result);
}

Cpu<C> cpu_of(const Deed& deed) {
  return std::visit([](const auto& what) { return what.cpu; }, deed);
}

trace::Event event_of(const Deed& deed) {
  return std::visit([](const auto& what) { return trace::Event{{}, what}; }, deed);
}

LockstepJudge::LockstepJudge(const MachineDescription& machine) : lockstep_(machine) {}

Ruling LockstepJudge::rule(const Deed& deed) {
  return std::visit([this](const auto& what) { return rule_on(what); }, deed);
}

Ruling LockstepJudge::rule_on(const CallEvent& call) {
  const refine::Answers answers = lockstep_.call(call.cpu, call.call, call.arguments);
  return {with_result(call, answers.spec), text_of(answers.divergence)};
}

Ruling LockstepJudge::rule_on(AccessEvent access) {
  access.fault = fault_of(translation(lockstep_.spec(), access), access.kind);
  if (access.kind == trace::AccessKind::store) {
    return {access, text_of(lockstep_.store(access.cpu, access.caller, access.ipa, access.value))};
  }
  const refine::Loaded loaded = lockstep_.load(access.cpu, access.caller, access.ipa);
  if (loaded.value) { access.value = *loaded.value; }
  return {access, text_of(loaded.divergence)};
}

std::optional<std::string> LockstepJudge::reason(const CallEvent& call) const {
  return refusal_in(lockstep_.spec(), call);
}

std::vector<std::string> LockstepJudge::places(const CallEvent& call) const {
  return both(describe_places(lockstep_.spec(), call), describe_places(lockstep_.engine(), call));
}

std::optional<std::string> LockstepJudge::disagreement() const { return text_of(lockstep_.compare_everything()); }

std::optional<std::string> LockstepJudge::objection(const Deed& deed) const {
  const auto* call = std::get_if<CallEvent>(&deed);
  if (call == nullptr) { return std::nullopt; }
  const auto failure = refine::failure_of(*refine::rehearse(lockstep_, *call), [](const std::string&) { return true; });
  if (!failure) { return std::nullopt; }
  return fmt::format("{}: it is not so that {} (theorem {}, {})", name_of(call->call), failure->text, failure->theorem,
                     failure->conjunct);
}

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
