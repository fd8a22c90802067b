#include "refine/records.hpp"

#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Engine = impl::Engine<S>;

/// Whether the frame table has the frame mapped for a compartment: its data, or a host frame shared with it.
SymBool is_recorded(const Engine& e, Frame<S> frame, CompartmentId<S> compartment) {
  const auto state = e.frames.state.get(frame);
  return ((state == FrameState::data) | (state == FrameState::host)) & (compartment != CompartmentId<S>(0)) &
         (e.frames.owner.get(frame) == compartment);
}

}  // namespace

Page<S> page_of_record(const Engine& e, Frame<S> frame) {
  return e.frames.base.get(e.frames.parent_table.get(frame)) | widen<Page<S>>(e.frames.parent_index.get(frame));
}

SymBool found_is_recorded(const Engine& e, CompartmentId<S> compartment, Page<S> page) {
  const Meaning m = descend(e, compartment, page).meaning(page);
  const auto data = e.frames.state.get(m.frame) == FrameState::data;
  const auto as_recorded = is_recorded(e, m.frame, compartment) & (page_of_record(e, m.frame) == page) &
                           (data == !in_shared_half<S>(page)) & ((!data) | (m.access == Access::read_write));
  return (m.access == Access::none) | as_recorded;
}

SymBool recorded_is_found(const Engine& e, Frame<S> frame, CompartmentId<S> compartment, Page<S> page) {
  const Meaning m = descend(e, compartment, page).meaning(page);
  const auto here = is_recorded(e, frame, compartment) & (page_of_record(e, frame) == page);
  return implies(here, (m.access != Access::none) & (m.frame == frame));
}

}  // namespace bulkhead::refine
