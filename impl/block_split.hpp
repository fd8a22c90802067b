#pragma once

#include "impl/arguments.hpp"
#include "impl/blocks.hpp"

namespace bulkhead::impl {

/// The part of `block_split` that depends on the level: the walk and the effects.
template <ValueDomain D>
Result<D> split_block_at(Engine<D>& engine, CompartmentId<D> id, Page<D> base, unsigned level, Frame<D> frame) {
  const auto parent = find_table(engine, engine.compartments.root.get(id), base, level - 1);
  if (!parent) { return Status::no_table; }
  const EntryPlace<D> place{*parent, index_of(base, level - 1)};
  const Word<D> block = load_entry(engine, place.table, place.index);
  if (entry_links_table<D>(block)) { return Status::in_use; }
  if (!entry_is_valid<D>(block)) { return Status::not_mapped; }

  engine.hardware.fill(frame, first_below<D>(block, level), run_step(level));
  record_table(engine, frame, id, level, base, place);
  replace_entry(engine, id, place, table_entry<D>(frame));
  return Status::ok;
}

/// Puts a table in the place of a block, whose entries map the same frames one by one: of level 3 for 2 MiB, of level 2
/// for 1 GiB. For the compartment nothing changes.
template <ValueDomain D>
Result<D> block_split(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Word<D> level, Pa<D> pa) {
  if (!(is_compartment_id<D>(cid) & is_block_level<D>(level))) { return Status::bad_argument; }
  if (!(is_table_base<D>(ipa, level) & engine.platform.is_ram_frame(pa))) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  if (engine.compartments.state.get(id) == CompartmentState::free) { return Status::no_such; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::spare) { return Status::bad_state; }
  return at_block_level<D>(level, [&](unsigned at) { return split_block_at<D>(engine, id, page_of(ipa), at, frame); });
}

}  // namespace bulkhead::impl
