#include "refine/step.hpp"

#include <algorithm>

namespace bulkhead::refine {

using S = Symbolic;

Point Point::arbitrary(Session& session) {
  const auto any = [&session](const char* name, unsigned width) { return session.apply(name, {}, width); };
  return {
      Frame<S>::from_bits(any("point.frame", Frame<S>::width)),
      Index<S>::from_bits(any("point.index", Index<S>::width)),
      CompartmentId<S>::from_bits(any("point.compartment", CompartmentId<S>::width)),
      Page<S>::from_bits(any("point.page", Page<S>::width)),
      Level<S>::from_bits(any("point.level", Level<S>::width)),
      Cpu<S>::from_bits(any("point.cpu", Cpu<S>::width)),
      Page<S>::from_bits(any("point.other_page", Page<S>::width)),
      VcpuIndex<S>::from_bits(any("point.vcpu", VcpuIndex<S>::width)),
  };
}

SymBool holds_table(const impl::Engine<S>& engine, Frame<S> frame) {
  const auto state = engine.frames.state.get(frame);
  return (state == FrameState::root) | (state == FrameState::table) | (state == FrameState::engine);
}

SymBool holds_entries(const Step& step, Frame<S> frame) {
  return holds_table(*step.before, frame) | holds_table(step.after, frame);
}

std::vector<SymBool> first_refusals(const Step& step, size_t count) {
  const auto& refusals = step.rule->refusals;
  std::vector<SymBool> first;
  SymBool none_before = true;
  for (size_t i = 0; i < count; ++i) {
    const SymBool holds = refusals[i].holds(step.spec_before, step.inputs);
    first.push_back(none_before & holds);
    none_before = none_before & !holds;
  }
  return first;
}

bool Statement::is_of_engine() const {
  return theorem == "locking" || theorem == "maintenance" || (theorem == "invariant" && assumes != Assumes::recorded);
}

std::vector<Statement> statements_about(const Step& step) {
  std::vector<Statement> all;
  add_contract(step, all);
  add_footprint(step, all);
  add_locking(step, all);
  add_maintenance(step, all);
  if (step.succeeded()) {
    add_refinement(step, all);
    add_invariant(step, all);
    add_exposure(step, all);
  }
  return all;
}

bool fails(const Step& step, const Point& point, std::string_view name) {
  const std::vector<Statement> all = statements_about(step);
  return std::any_of(all.begin(), all.end(), [&](const Statement& statement) {
    return statement.theorem + "/" + statement.conjunct == name && statement.holds(step, point).is_false();
  });
}

}  // namespace bulkhead::refine
