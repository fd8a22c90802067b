#pragma once

#include "impl/arguments.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Says, while building, that a page of the compartment is memory. Hardware sees no difference.
template <ValueDomain D>
Result<D> ipa_prepare(Engine<D>& engine, Word<D> cid, Ipa<D> ipa) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  if (!is_private_page<D>(ipa)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life != CompartmentState::created) { return Status::bad_state; }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(id), page, leaf_level);
  if (!table) { return Status::no_table; }
  const Index<D> index = index_of(page, leaf_level);
  const Word<D> entry = load_entry(engine, *table, index);
  if (entry_is_valid<D>(entry)) { return Status::in_use; }
  if (entry_ipa_state<D>(entry) != IpaState::empty) { return Status::bad_state; }

  store_entry(engine, *table, index, invalid_entry<D>(IpaState::ram));
  return Status::ok;
}

}  // namespace bulkhead::impl
