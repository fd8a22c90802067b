#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/maintenance.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// The entry that stands for a table without a valid entry: what all its entries hold or, if they
/// differ, that the pages are destroyed; nothing if the compartment never runs again.
template <ValueDomain D>
Word<D> entry_without_table(Engine<D>& engine, Frame<D> table, typename D::Bool stopping) {
  const Word<D> first = load_entry(engine, table, Index<D>(0));
  const auto mixed = any_entry(engine, table, [first](Word<D> entry) { return entry != first; });
  return select(stopping, invalid_entry<D>(IpaState::empty),
                select(mixed, invalid_entry<D>(IpaState::destroyed), first));
}

/// The part of `table_destroy` that depends on the level: the walk and the effects.
template <ValueDomain D>
Result<D> destroy_table_at(Engine<D>& engine, CompartmentId<D> id, Page<D> base, unsigned level) {
  const auto parent = find_table(engine, engine.compartments.root.get(id), base, level - 1);
  if (!parent) { return Status::no_table; }
  const Index<D> index = index_of(base, level - 1);
  const Word<D> entry = load_entry(engine, *parent, index);
  if (!entry_links_table<D>(entry)) { return Status::no_table; }
  const Frame<D> table = entry_frame<D>(entry);
  if (any_entry(engine, table, entry_is_valid<D>)) { return Status::not_empty; }

  const auto stopping = engine.compartments.state.get(id) == CompartmentState::stopping;
  change_entry(engine, *parent, index, entry_without_table<D>(engine, table, stopping));
  invalidate_all(engine, id);
  make_spare(engine, table, FrameState::table);
  return Result<D>(address_of(table));
}

/// Takes an empty translation table away. A CPU may still hold a pointer to it until the maintenance is
/// complete; only then is it zeroed.
template <ValueDomain D>
Result<D> table_destroy(Engine<D>& engine, Word<D> cid, Ipa<D> ipa, Word<D> level) {
  if (!(is_compartment_id<D>(cid) & is_table_level<D>(level))) { return Status::bad_argument; }
  if (!is_table_base<D>(ipa, level)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  if (engine.compartments.state.get(id) == CompartmentState::free) { return Status::no_such; }
  return at_level<D>(level, [&](unsigned at) { return destroy_table_at<D>(engine, id, page_of(ipa), at); });
}

}  // namespace bulkhead::impl
