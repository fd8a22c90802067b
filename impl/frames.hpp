#pragma once

#include "impl/engine.hpp"

/// Frames that change hands.
namespace bulkhead::impl {

/// Zeroes a frame that no translation reaches any more, and keeps it. `was` is the state that the
/// handler believes it to be in.
template <ValueDomain D>
void make_spare(Engine<D>& engine, Frame<D> frame, FrameState was) {
  D::check(engine.frames.state.get(frame) == was, "a frame that is zeroed is in the state believed");
  engine.hardware.fill(frame, Word<D>(0));
  engine.frames.state.set(frame, FrameState::spare);
  engine.frames.owner.set(frame, CompartmentId<D>(0));
}

}  // namespace bulkhead::impl
