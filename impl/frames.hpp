#pragma once

#include "impl/engine.hpp"

/// Frames that change hands.
namespace bulkhead::impl {

/// Cleans what was written to a frame to the point of coherency, where its next user finds it even with caches off:
/// stage 1 may make an access Non-cacheable, since stage 2 does not force Write-Back (DDI 0487 D8.6).
template <ValueDomain D>
void clean_frame(Engine<D>& engine, Frame<D> frame) {
  engine.hardware.clean(frame);
  engine.hardware.dsb(hw::Barrier::ish);
}

/// Zeroes a frame that no translation reaches any more, and keeps it. `was` is the state that the
/// handler believes it to be in.
template <ValueDomain D>
void make_spare(Engine<D>& engine, Frame<D> frame, FrameState was) {
  D::check(engine.frames.state.get(frame) == was, "a frame that is zeroed is in the state believed");
  engine.hardware.fill(frame, Word<D>(0));
  clean_frame(engine, frame);
  engine.frames.state.set(frame, FrameState::spare);
  engine.frames.owner.set(frame, CompartmentId<D>(0));
}

}  // namespace bulkhead::impl
