#pragma once

#include "impl/arguments.hpp"
#include "impl/blocks.hpp"
#include "impl/frames.hpp"

namespace bulkhead::impl {

/// Whether the table of the level, whose first entry is given, maps anything but one run of frames that a block can
/// map. One that leads to further tables does.
template <ValueDomain D>
typename D::Bool is_no_run(Engine<D>& engine, Frame<D> table, unsigned level, Word<D> first) {
  const Word<D> leaf = level == leaf_level ? first : block_above<D>(first);
  return any_entry(engine, table, [leaf, level](Word<D> entry, Index<D> index) {
    return entry != entry_of_run<D>(leaf, level, index);
  });
}

/// The part of `block_fold` that depends on the level: the walk and the effects.
template <ValueDomain D>
Result<D> fold_table_at(Engine<D>& engine, CompartmentId<D> id, Page<D> base, unsigned level) {
  const auto parent = find_table(engine, engine.compartments.root.get(id), base, level - 1);
  if (!parent) { return Status::no_table; }
  const EntryPlace<D> place{*parent, index_of(base, level - 1)};
  const Word<D> entry = load_entry(engine, place.table, place.index);
  if (!entry_links_table<D>(entry)) { return Status::no_table; }
  const Frame<D> table = entry_frame<D>(entry);
  const Word<D> first = load_entry(engine, table, Index<D>(0));
  if (!entry_is_valid<D>(first)) { return Status::not_mapped; }
  if (is_no_run(engine, table, level, first)) { return Status::bad_state; }

  replace_entry(engine, id, place, block_above<D>(first));
  make_spare(engine, table, FrameState::table);
  return Result<D>(address_of(table));
}

/// Takes a table away whose entries map one run of frames, and puts one block in its place: 2 MiB for a table of level
/// 3, 1 GiB for one of level 2. For the compartment nothing changes.
template <ValueDomain D>
Result<D> block_fold(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Word<D> level) {
  if (!(is_compartment_id<D>(cid) & is_block_level<D>(level))) { return Status::bad_argument; }
  if (!is_table_base<D>(ipa, level)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life == CompartmentState::stopping) { return Status::bad_state; }
  return at_block_level<D>(level, [&](unsigned at) { return fold_table_at<D>(engine, id, page_of(ipa), at); });
}

}  // namespace bulkhead::impl
