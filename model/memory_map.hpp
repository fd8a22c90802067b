#pragma once

#include <vector>

#include "model/concrete.hpp"
#include "model/machine.hpp"
#include "model/platform.hpp"

/// What a machine description says of the physical address space, for spec and engine alike.
namespace bulkhead {

/// 1 GiB parts of the physical address space, by number, from `first` up to, not including, `end`.
struct GibRange {
  uint64_t first;
  uint64_t end;
};

/// The parts that are not all devices of the host: those that hold RAM or an engine device, in rising
/// order, merged. Only these need the host's stage-2 page by page.
std::vector<GibRange> fine_gibs(const MachineDescription& machine);

/// The frames that the engine keeps for itself, at the end of the last RAM range: the host's stage-2
/// tables, which are one root, 512 level-1 tables, and for every fine GiB 513 tables below.
struct ReservedFrames {
  uint64_t first;  ///< by number
  uint64_t count;
};
/// The machine must have no `problem`.
ReservedFrames reserved_frames(const MachineDescription& machine);

/// How many frames that takes.
uint64_t reserved_count(const MachineDescription& machine);

/// The platform of a machine that has no `problem`.
Platform<Concrete> platform_of(const MachineDescription& machine);

}  // namespace bulkhead
