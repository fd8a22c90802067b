#pragma once

#include "impl/maintenance.hpp"
#include "impl/tables.hpp"

/// Blocks: one entry of level 1 or 2 in the place of a whole table.
namespace bulkhead::impl {

/// Replaces a valid entry above level 3 by another valid one that translates alike: break before make (DDI 0487
/// D8.16.1). While it is broken a CPU that walks there faults, and finds the same as before when it tries again.
template <ValueDomain D>
void replace_entry(Engine<D>& engine, CompartmentId<D> id, const EntryPlace<D>& at, Word<D> entry) {
  change_entry(engine, at.table, at.index, invalid_entry<D>(IpaState::empty));
  invalidate_all(engine, id);
  change_entry(engine, at.table, at.index, entry);
}

}  // namespace bulkhead::impl
