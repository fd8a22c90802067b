#include "refine/query/facts.hpp"

#include <algorithm>

#include "refine/exposure.hpp"
#include "refine/goal_facts.hpp"
#include "refine/records.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;

/// The largest value of a sort, of which not all bit patterns need be values.
uint64_t last_value(Sort sort) {
  uint64_t last = is_enumeration(sort) ? 0 : low_mask(width_of(sort));
  for (const Enumerator& one : enumerators()) {
    if (is_enumeration(sort) && one.sort == sort) { last = std::max(last, one.value); }
  }
  return last;
}

}  // namespace

OpenScene::OpenScene(Session& session, const PreState& pre, const Expression& expression)
    : session_(session), pre_(pre) {
  for (const auto& [name, sort] : expression.names) {
    const SymBits bits = session.apply("name." + name, {}, width_of(sort));
    names_.emplace(name, bits);
    if (last_value(sort) != low_mask(width_of(sort))) {
      well_formed_ = well_formed_ & !S::below(S::constant(last_value(sort), width_of(sort)), bits, {});
    }
  }
}

void OpenScene::show(const State& before, const State& after, const Deed* deed, const Step* step) {
  step_ = step;
  before_ = &before;
  after_ = &after;
  deed_ = deed;
}

SymBool OpenScene::some_page(const AtPage& holds_at) const {
  const auto anywhere = [](const SymBits&) { return SymBool(true); };
  return session_.some_page(anywhere, [holds_at](const SymBits& page) { return holds_at(Page<S>::from_bits(page)); });
}

SymBool OpenScene::can_translate(CompartmentId<S> compartment, Page<S> page, Frame<S> frame) const {
  note_page(compartment, page);
  session_.quietly([&] {
    const Descent walk = descend(pre_.engine(), compartment, page);
    assume_walk_to_stores(session_, pre_.engine(), walk, *step_, compartment, page);
  });
  pre_.assume_host_tables(widen<Frame<S>>(page));
  return is_translated_elsewhere(*step_, compartment, page, frame);
}

void OpenScene::note_reach(CompartmentId<S> compartment, Frame<S> frame) const {
  const auto& engine = pre_.engine();
  session_.note({Site::frame, frame.bits(), {}});
  const Page<S> page = session_.quietly([&] { return engine.frames.base.get(frame); });
  note_page(compartment, page);
  session_.note_page(page.bits());
  session_.quietly([&] { session_.assume(recorded_is_found(engine, frame), origin::mapped); });
}

void OpenScene::note_page(CompartmentId<S> compartment, Page<S> page) const {
  const auto is_same = [&](const auto& noted) {
    return same(noted.first, compartment.bits()) && same(noted.second, page.bits());
  };
  if (std::any_of(noted_.begin(), noted_.end(), is_same)) { return; }
  noted_.emplace_back(compartment.bits(), page.bits());
  session_.note({Site::compartment, compartment.bits(), {}});
  const auto& engine = pre_.engine();
  session_.quietly([&] {
    session_.assume(found_is_recorded(engine, compartment, page), origin::found);
    const Descent walk = descend(engine, compartment, page);
    for (unsigned level = 0; level <= leaf_level; ++level) {
      session_.assume(walk_is_sound(engine, walk, level, compartment, page), origin::sound);
    }
  });
}

}  // namespace bulkhead::refine::query
