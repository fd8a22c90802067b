#pragma once

#include <optional>

#include "hw/effect_judge.hpp"
#include "model/error.hpp"
#include "model/machine.hpp"
#include "model/trace.hpp"

namespace bulkhead::cli {

/// The effect that an event of a trace records; nothing if it is one that no rule is about, such as a write of another
/// system register or an invalidation of another regime. Throws `Error` if it is about stage 2 of EL1&0 and not known
/// well enough to be judged, or its address cannot be. `at` is where it stands. No `share`, which is none of hardware.
std::optional<hw::Recorded> effect_of(const trace::StepEvent& event, const Place& at);

/// A guest lets the host reach a frame of its own.
struct Sharing {
  uint64_t vmid = 0;
  uint64_t frame = 0;
};
/// The sharing that an event of a trace records, if that is what it records.
std::optional<Sharing> sharing_of(const trace::StepEvent& event, const Place& at);

/// What holds before the first effect of a trace: what the engine sets on the machine at boot.
hw::JudgeSetting setting_at_boot(const MachineDescription& machine);

}  // namespace bulkhead::cli
