#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/host.hpp"
#include "impl/maintenance.hpp"

namespace bulkhead::impl {

/// Gives a frame of the host to the engine, which zeroes it.
template <ValueDomain D>
Result<D> frame_donate(Engine<D>& engine, Pa<D> pa) {
  if (!engine.platform.is_ram_frame(pa)) { return Status::bad_address; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::host) { return Status::bad_state; }
  if (engine.frames.owner.get(frame) != CompartmentId<D>(0)) { return Status::in_use; }

  change_host_entry(engine, frame, invalid_entry<D>(IpaState::empty));
  invalidate_host_page(engine, host_page<D>(frame));
  make_spare(engine, frame, FrameState::host);
  return Status::ok;
}

}  // namespace bulkhead::impl
