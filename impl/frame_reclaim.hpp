#pragma once

#include "impl/arguments.hpp"
#include "impl/host.hpp"

namespace bulkhead::impl {

/// Takes a spare frame back for the host.
template <ValueDomain D>
Result<D> frame_reclaim(Engine<D>& engine, Pa<D> pa) {
  if (!engine.platform.is_ram_frame(pa)) { return Status::bad_address; }
  const Frame<D> frame = frame_of(pa);
  if (engine.frames.state.get(frame) != FrameState::spare) { return Status::bad_state; }

  engine.frames.state.set(frame, FrameState::host);
  change_host_entry(engine, frame, host_ram_entry<D>(frame));
  return Status::ok;
}

}  // namespace bulkhead::impl
