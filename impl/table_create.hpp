#pragma once

#include "impl/arguments.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// The part of `table_create` that depends on the level: the walk and the effects.
template <ValueDomain D>
Result<D> create_table_at(Engine<D>& engine, CompartmentId<D> id, Page<D> base, unsigned level, Frame<D> frame) {
  const auto parent = find_table(engine, engine.compartments.root.get(id), base, level - 1);
  if (!parent) { return Status::no_table; }
  const Index<D> index = index_of(base, level - 1);
  const Word<D> entry = load_entry(engine, *parent, index);
  if (entry_is_valid<D>(entry)) { return Status::in_use; }

  engine.hardware.fill(frame, entry);
  record_table(engine, frame, id, level, base, {*parent, index});
  engine.hardware.dsb(hw::Barrier::ishst);
  change_entry(engine, *parent, index, table_entry<D>(frame));
  return Status::ok;
}

/// Makes a spare frame a translation table. All its entries take the IPA state of the entry that it
/// hangs on, so that nothing changes for the compartment.
template <ValueDomain D>
Result<D> table_create(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Word<D> level, Pa<D> pa) {
  if (!(is_compartment_id<D>(cid) & is_table_level<D>(level))) { return Status::bad_argument; }
  if (!(is_table_base<D>(ipa, level) & engine.platform.is_ram_frame(pa))) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life == CompartmentState::stopping) { return Status::bad_state; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::spare) { return Status::bad_state; }
  return at_level<D>(level, [&](unsigned at) { return create_table_at<D>(engine, id, page_of(ipa), at, frame); });
}

}  // namespace bulkhead::impl
