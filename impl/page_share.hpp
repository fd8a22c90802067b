#pragma once

#include "impl/host.hpp"
#include "impl/own_page.hpp"

namespace bulkhead::impl {

/// Lets the host read and write a page of the caller, at the frame's own address as any of its RAM. The caller's entry
/// stays as it is, so that a page can be shared wherever a level-3 table serves it.
template <ValueDomain D>
Result<D> page_share(Engine<D>& engine, CompartmentId<D> caller, Ipa<D> ipa) {
  return at_own_page(engine, caller, ipa, [&engine](const EntryPlace<D>& /*place*/, Word<D> entry) -> Result<D> {
    if (!entry_is_valid<D>(entry)) { return Status::not_mapped; }
    const Frame<D> frame = entry_frame<D>(entry);
    if (engine.frames.state.get(frame) == FrameState::shared_data) { return Status::bad_state; }

    engine.frames.state.set(frame, FrameState::shared_data);
    change_host_entry(engine, frame, host_ram_entry<D>(frame));
    return Status::ok;
  });
}

}  // namespace bulkhead::impl
