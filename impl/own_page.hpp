#pragma once

#include "impl/arguments.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Does `act(place, entry)` with the level-3 entry of a private page of the compartment that calls, which must be
/// running.
template <ValueDomain D, class Act>
Result<D> at_own_page(Engine<D>& engine, CompartmentId<D> caller, Ipa<D> ipa, const Act& act) {
  if (!is_running(engine, caller)) { return Status::denied; }
  if (!is_private_page<D>(ipa)) { return Status::bad_address; }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(caller), page, leaf_level);
  if (!table) { return Status::no_table; }
  const EntryPlace<D> place{*table, index_of(page, leaf_level)};
  return act(place, load_entry(engine, place.table, place.index));
}

}  // namespace bulkhead::impl
