#pragma once

#include "impl/own_page.hpp"

namespace bulkhead::impl {

/// Says that a page of the caller is memory from now on: the compartment takes note that what was there is lost.
/// Hardware sees no difference.
template <ValueDomain D>
Result<D> ipa_claim(Engine<D>& engine, CompartmentId<D> caller, Ipa<D> ipa) {
  return at_own_page(engine, caller, ipa, [&engine](const EntryPlace<D>& place, Word<D> entry) -> Result<D> {
    if (entry_is_valid<D>(entry)) { return Status::in_use; }
    if (entry_ipa_state<D>(entry) == IpaState::ram) { return Status::bad_state; }

    store_entry(engine, place.table, place.index, invalid_entry<D>(IpaState::ram));
    return Status::ok;
  });
}

}  // namespace bulkhead::impl
