#include "refine/snapshot.hpp"

#include "refine/points.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;
using S = Symbolic;

FrameRecord record_of(const ConcreteEngine& engine, Frame<C> f) {
  const auto& t = engine.frames;
  const auto is = [f](const auto& flag) { return static_cast<bool>(flag.get(f) == Flag::yes); };
  return {enumerator(t.state.get(f)),
          raw(t.owner.get(f)),
          raw(t.parent_table.get(f)),
          raw(t.parent_index.get(f)),
          raw(t.level.get(f)),
          raw(t.base.get(f)),
          is(engine.platform.ram),
          is(engine.platform.reserved),
          is(engine.platform.engine_device),
          0};
}

void take_frame(SmallState& state, const ConcreteEngine& engine, Frame<C> frame) {
  state.frames[raw(frame)] = record_of(engine, frame);
  if (!engine.hardware.memory().touched(frame)) { return; }
  const ConcreteMemory::Content& words = engine.hardware.memory().words(frame);
  for (uint64_t index = 0; index < entries_per_table; ++index) {
    if (words[index] != 0) { state.words[{raw(frame), index}] = words[index]; }
  }
}

void take_compartment(SmallState& state, const ConcreteEngine& engine, uint64_t id) {
  const CompartmentId<C> c(id);
  const auto& t = engine.compartments;
  state.compartments[id] = {enumerator(t.state.get(c)), raw(t.root.get(c)), raw(t.vcpus.get(c))};
}

template <class Tag>
Value<S, Tag> constant(Value<C, Tag> value) {
  return Value<S, Tag>(raw(value));
}

}  // namespace

SmallState snapshot(const Lockstep& machine, const Points& besides) {
  SmallState state;
  const ConcreteEngine& engine = machine.engine();
  for (const uint64_t frame : machine.frames()) { take_frame(state, engine, Frame<C>(frame)); }
  for (const Frame<C> frame : besides.frames) { take_frame(state, engine, frame); }
  for (const uint64_t id : machine.compartments()) { take_compartment(state, engine, id); }
  take_compartment(state, engine, raw(besides.compartment));
  return state;
}

std::unique_ptr<Rerun> rehearse(const Lockstep& machine, const trace::CallEvent& call, const CallFault& fault) {
  Arguments<S> arguments;
  arguments.caller = constant(call.arguments.caller);
  for (size_t i = 0; i < arguments.words.size(); ++i) { arguments.words[i] = constant(call.arguments.words[i]); }
  return std::make_unique<Rerun>(snapshot(machine, points_of(call.call, call.arguments)), call.call,
                                 constant(call.cpu), arguments, fault);
}

std::optional<Failure> failure_of(const Rerun& call, const Selection& wanted) {
  if (call.step == nullptr) {
    if (!wanted("safety")) { return std::nullopt; }
    return Failure{"safety", "beliefs", Status::ok, {}, call.failed_belief};
  }
  std::set<SmallState::Key> words;
  for (const auto& [word, value] : call.state.words) { words.insert(word); }
  return first_failure(*call.step, *call.step, words, wanted);
}

}  // namespace bulkhead::refine
