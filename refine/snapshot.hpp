#pragma once

#include <optional>

#include "model/trace.hpp"
#include "refine/lockstep.hpp"
#include "refine/run.hpp"
#include "refine/trial.hpp"

/// A machine that runs since boot, seen as the theorems see a state.
namespace bulkhead::refine {

/// The state that the machine has come to: the frames and compartments that calls named so far, and the places besides.
/// Of the host's own tables only where their root lies is taken over; the others follow from what they map.
SmallState snapshot(const Lockstep& machine, const Points& besides);

/// The call as the engine would carry it out now, with a fault or without; nothing of the machine changes.
std::unique_ptr<Rerun> rehearse(const Lockstep& machine, const trace::CallEvent& call, const CallFault& fault = {});

/// A statement of the selection that would be false of the call; nothing if none is found.
std::optional<Failure> failure_of(const Rerun& call, const Selection& wanted);

}  // namespace bulkhead::refine
