#include "refine/query/reached.hpp"

#include "model/trace_writer.hpp"
#include "refine/constants.hpp"
#include "refine/lockstep.hpp"
#include "refine/reach.hpp"
#include "refine/snapshot.hpp"

namespace bulkhead::refine::query {
namespace {

using C = Concrete;
using trace::AccessEvent;
using trace::CallEvent;

/// Does a deed and notes how it ends; false if it does not succeed, or engine and spec differ.
bool carry_out(Lockstep& machine, CallEvent& call) {
  const Answers answers = machine.call(call.cpu, call.call, call.arguments);
  call.result = answers.engine;
  return call.result.status == Status::ok && !answers.divergence.has_value();
}
bool carry_out(Lockstep& machine, AccessEvent& access) {
  if (access.kind == trace::AccessKind::store) {
    return !machine.store(access.cpu, access.caller, access.ipa, access.value).has_value();
  }
  const Loaded loaded = machine.load(access.cpu, access.caller, access.ipa);
  access.value = loaded.value.value_or(access.value);
  return loaded.value.has_value() && !loaded.divergence.has_value();
}

/// The frames that the names and the arguments are: the state is to list them even if no call named them before.
Points places_of(const Trial& trial) {
  Points places;
  for (const Bound& bound : trial.names) {
    if (bound.sort == Sort::frame) { places.frames.emplace_back(bound.value); }
    if (bound.sort == Sort::compartment) { places.compartment = CompartmentId<C>(bound.value); }
  }
  for (const OpenCall& open : trial.calls) {
    const auto& inputs = row_of(open.call).inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const uint64_t word = number(open.arguments.words.at(i));
      if (inputs[i].kind == Kind::pa) { places.frames.push_back(frame_of(Pa<C>(word))); }
    }
  }
  return places;
}

CallEvent event_of(const Made& made, Cpu<C> cpu) {
  CallEvent event{cpu, made.call, made.arguments, Result<C>(made.status)};
  event.result.outputs[0] = Word<C>(made.output);
  return event;
}

constexpr const char* unreached = "a legal state is not shown reachable: ";

}  // namespace

std::string reach_from_boot(Stepper stepper, const Expression& expression, const Trial& trial, Witness& witness) {
  const Way way = way_to(trial.state);
  if (!way.why_not.empty()) { return unreached + way.why_not; }
  Lockstep machine(way.machine);
  std::vector<trace::Deed> deeds = way.deeds;
  for (trace::Deed& deed : deeds) {
    const bool succeeds = std::visit([&machine](auto& what) { return carry_out(machine, what); }, deed);
    if (!succeeds) { return unreached + std::string("a call that should build it is refused"); }
  }
  Trial reached = trial;
  reached.state = snapshot(machine, places_of(trial));
  if (!judge(stepper, expression, reached, witness).empty()) {
    return unreached + std::string("what the calls build differs from it");
  }
  const Cpu<C> cpu(number(trial.cpu) % way.machine.cpus);
  for (const Made& made : witness.calls) { deeds.emplace_back(event_of(made, cpu)); }
  const std::string source = "witness of the query " + printable(expression.text, 1000);
  witness.trace = trace::text_of({way.machine, source, {}}, deeds);
  return "";
}

}  // namespace bulkhead::refine::query
