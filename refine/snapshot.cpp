#include "refine/snapshot.hpp"

#include "refine/compaction.hpp"
#include "refine/constants.hpp"
#include "refine/engine_records.hpp"
#include "refine/points.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

void take_frame(SmallState& state, const ConcreteEngine& engine, Frame<C> frame) {
  state.frames[raw(frame)] = record_in(engine, frame);
  if (!engine.hardware.memory().touched(frame)) { return; }
  const ConcreteMemory::Content& words = engine.hardware.memory().words(frame);
  for (uint64_t index = 0; index < entries_per_table; ++index) {
    if (words[index] != 0) { state.words[{raw(frame), index}] = words[index]; }
  }
}

void take_compartment(SmallState& state, const ConcreteEngine& engine, uint64_t id) {
  state.compartments[id] = record_in(engine, CompartmentId<C>(id));
}

void take_vcpu(SmallState& state, const ConcreteEngine& engine, uint64_t id, uint64_t index) {
  state.vcpus[{id, index}] = record_in(engine, CompartmentId<C>(id), VcpuIndex<C>(index));
}

}  // namespace

SmallState snapshot(const Lockstep& machine, const Points& besides) {
  SmallState state;
  const ConcreteEngine& engine = machine.engine();
  for (const uint64_t frame : machine.frames()) { take_frame(state, engine, Frame<C>(frame)); }
  std::set<uint64_t> named;
  for (const Frame<C> frame : besides.frames) {
    take_frame(state, engine, frame);
    named.insert(raw(frame));
  }
  for (const uint64_t id : machine.compartments()) { take_compartment(state, engine, id); }
  take_compartment(state, engine, raw(besides.compartment));
  for (const auto& [id, index] : machine.vcpus()) { take_vcpu(state, engine, id, index); }
  for (const VcpuIndex<C> index : besides.vcpus) { take_vcpu(state, engine, raw(besides.compartment), raw(index)); }
  state = compacted(std::move(state), named);
  state.host.root = raw(engine.host_root);
  state.frames[raw(engine.host_root)] = record_in(engine, engine.host_root);
  return state;
}

std::unique_ptr<Rerun> rehearse(const Lockstep& machine, const trace::CallEvent& call, const CallFault& fault) {
  return std::make_unique<Rerun>(snapshot(machine, points_of(call.call, call.arguments)), call.call, constant(call.cpu),
                                 constant(call.arguments), fault);
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
