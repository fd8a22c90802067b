#include "refine/records.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Engine = impl::Engine<S>;

}  // namespace

SymBool is_recorded(const Engine& e, Frame<S> frame) {
  const auto state = e.frames.state.get(frame);
  return (state == FrameState::data) |
         ((state == FrameState::host) & (e.frames.owner.get(frame) != CompartmentId<S>(0)));
}

SymBool found_is_recorded(const Engine& e, CompartmentId<S> compartment, Page<S> page) {
  const Meaning m = descend(e, compartment, page).meaning(page);
  const auto data = e.frames.state.get(m.frame) == FrameState::data;
  const auto as_recorded = is_recorded(e, m.frame) & (e.frames.owner.get(m.frame) == compartment) &
                           (e.frames.base.get(m.frame) == page) & (data == !in_shared_half<S>(page)) &
                           ((!data) | (m.access == Access::read_write));
  return (m.access == Access::none) | as_recorded;
}

SymBool recorded_is_found(const Engine& e, Frame<S> frame) {
  return recorded_is_found(e, frame, e.frames.owner.get(frame), e.frames.base.get(frame));
}

SymBool recorded_is_found(const Engine& e, Frame<S> frame, CompartmentId<S> compartment, Page<S> page) {
  const Meaning m = descend(e, compartment, page).meaning(page);
  const auto here =
      is_recorded(e, frame) & (e.frames.owner.get(frame) == compartment) & (e.frames.base.get(frame) == page);
  return implies(here, (m.access != Access::none) & (m.frame == frame));
}

}  // namespace bulkhead::refine
