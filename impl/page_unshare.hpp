#pragma once

#include "impl/frames.hpp"
#include "impl/host.hpp"
#include "impl/own_page.hpp"

namespace bulkhead::impl {

/// Takes a page that the caller shares away from the host. What the host wrote is in memory then, and no cache line of
/// the host's can get there later over what the caller writes.
template <ValueDomain D>
Result<D> page_unshare(Engine<D>& engine, CompartmentId<D> caller, Ipa<D> ipa) {
  return at_own_page(engine, caller, ipa, [&engine](const EntryPlace<D>& /*place*/, Word<D> entry) -> Result<D> {
    if (!entry_is_valid<D>(entry)) { return Status::not_mapped; }
    const Frame<D> frame = entry_frame<D>(entry);
    if (engine.frames.state.get(frame) != FrameState::shared_data) { return Status::bad_state; }

    end_sharing(engine, frame);
    clean_frame(engine, frame);
    return Status::ok;
  });
}

}  // namespace bulkhead::impl
