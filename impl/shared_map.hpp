#pragma once

#include "impl/arguments.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Maps a frame of the host in the compartment's shared half.
template <ValueDomain D>
Result<D> shared_map(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Pa<D> pa, Word<D> writable) {
  if (!(is_compartment_id<D>(cid) & is_flag<D>(writable))) { return Status::bad_argument; }
  if (!(is_shared_page<D>(ipa) & engine.platform.is_ram_frame(pa))) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life == CompartmentState::stopping) { return Status::bad_state; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::host) { return Status::bad_state; }
  if (engine.frames.owner.get(frame) != CompartmentId<D>(0)) { return Status::in_use; }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(id), page, leaf_level);
  if (!table) { return Status::no_table; }
  const Index<D> index = index_of(page, leaf_level);
  if (entry_is_valid<D>(load_entry(engine, *table, index))) { return Status::in_use; }

  engine.frames.owner.set(frame, id);
  engine.frames.base.set(frame, page);
  change_entry(engine, *table, index, shared_page_entry<D>(frame, writable == Word<D>(1)));
  return Status::ok;
}

}  // namespace bulkhead::impl
