#include "refine/records.hpp"

#include "hw/descriptor.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Engine = impl::Engine<S>;

}  // namespace

SymBool is_recorded(const Engine& e, Frame<S> frame) {
  const auto state = e.frames.state.get(frame);
  return is_data<S>(state) | ((state == FrameState::host) & (e.frames.owner.get(frame) != CompartmentId<S>(0)));
}

SymBool found_is_recorded(const Engine& e, CompartmentId<S> compartment, Page<S> page) {
  const Meaning m = descend(e, compartment, page).meaning(page);
  const auto data = is_data<S>(e.frames.state.get(m.frame));
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

SymBool in_block_is_recorded(const Engine& e, Frame<S> table, Index<S> index, Frame<S> frame) {
  const Word<S> entry = e.hardware.memory().load(table, index);
  SymBool all = true;
  for (unsigned level = 1; level < leaf_level; ++level) {
    const uint64_t within = span_mask(level);
    const auto is_block = (e.frames.state.get(table) == FrameState::table) &
                          (e.frames.level.get(table) == Level<S>(level)) &
                          hw::is_leaf<S>(entry, static_cast<int>(level));
    const auto is_in = (frame & ~Frame<S>(within)) == hw::output_frame<S>(entry);
    const Page<S> page = (e.frames.base.get(table) & ~Page<S>(span_mask(level - 1))) |
                         (widen<Page<S>>(index) << span_shift(level)) | (widen<Page<S>>(frame) & Page<S>(within));
    all = all & implies(is_block & is_in, is_recorded(e, frame) & (e.frames.base.get(frame) == page) &
                                              (e.frames.owner.get(frame) == e.frames.owner.get(table)));
  }
  return all;
}

}  // namespace bulkhead::refine
