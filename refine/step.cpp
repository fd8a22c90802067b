#include "refine/step.hpp"

#include "refine/shape.hpp"

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
  };
}

std::vector<Statement> statements_about(const Step& step) {
  std::vector<Statement> all;
  add_contract(step, all);
  add_footprint(step, all);
  if (step.succeeded()) {
    add_refinement(step, all);
    add_invariant(step, all);
  }
  return all;
}

SymBool translates(const impl::Engine<S>& engine, Frame<S> table, Page<S> page) {
  const auto state = engine.frames.state.get(table);
  const Page<S> mask = table_mask<S>(engine.frames.level.get(table));
  return ((state == FrameState::root) | (state == FrameState::table)) &
         ((page & ~mask) == engine.frames.base.get(table));
}

SymBool table_is_reached(const impl::Engine<S>& engine, Frame<S> table, Page<S> page) {
  const Descent d = descend(engine, engine.frames.owner.get(table), page);
  const Level<S> level = engine.frames.level.get(table);
  SymBool reached = true;
  for (unsigned l = 0; l < 4; ++l) {
    reached = reached & implies(level == Level<S>(l), d.reached[l] & (d.table[l] == table));
  }
  return implies(translates(engine, table, page), reached);
}

}  // namespace bulkhead::refine
