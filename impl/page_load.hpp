#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Maps a page, while building, with a copy of a host frame as its content. The copy is complete before
/// the page can be found.
template <ValueDomain D>
Result<D> page_load(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Pa<D> pa, Pa<D> src_pa) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  if (!(is_private_page<D>(ipa) & engine.platform.is_ram_frame(pa) & engine.platform.is_ram_frame(src_pa))) {
    return Status::bad_address;
  }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life != CompartmentState::created) { return Status::bad_state; }
  const Frame<D> frame = frame_of(pa);
  const Frame<D> source = frame_of(src_pa);
  if ((engine.frames.state.get(frame) != FrameState::spare) | (engine.frames.state.get(source) != FrameState::host)) {
    return Status::bad_state;
  }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(id), page, leaf_level);
  if (!table) { return Status::no_table; }
  const Index<D> index = index_of(page, leaf_level);
  const Word<D> entry = load_entry(engine, *table, index);
  if (entry_is_valid<D>(entry)) { return Status::in_use; }
  if (entry_ipa_state<D>(entry) != IpaState::ram) { return Status::bad_state; }

  engine.hardware.copy(frame, source);
  clean_frame(engine, frame);
  engine.frames.state.set(frame, FrameState::data);
  engine.frames.owner.set(frame, id);
  engine.frames.base.set(frame, page);
  change_entry(engine, *table, index, private_page_entry<D>(frame));
  return Status::ok;
}

}  // namespace bulkhead::impl
