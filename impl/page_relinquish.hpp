#pragma once

#include "impl/frames.hpp"
#include "impl/host.hpp"
#include "impl/own_page.hpp"

namespace bulkhead::impl {

/// Gives a page of the caller back, which is zeroed.
template <ValueDomain D>
Result<D> page_relinquish(Engine<D>& engine, CompartmentId<D> caller, Ipa<D> ipa) {
  return at_own_page(engine, caller, ipa, [&](const EntryPlace<D>& place, Word<D> entry) -> Result<D> {
    if (!entry_is_valid<D>(entry)) { return Status::not_mapped; }

    const Frame<D> frame = entry_frame<D>(entry);
    change_entry(engine, place.table, place.index, invalid_entry<D>(IpaState::empty));
    invalidate_page(engine, caller, page_of(ipa));
    end_sharing(engine, frame);
    make_spare(engine, frame, FrameState::data);
    return Status::ok;
  });
}

}  // namespace bulkhead::impl
