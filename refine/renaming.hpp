#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "refine/counterexample.hpp"

/// Other names for the things that a counterexample speaks of, everywhere at once: in records, descriptors, registers,
/// arguments and the place. What is not in the map keeps its name.
namespace bulkhead::refine {

using Renaming = std::map<uint64_t, uint64_t>;

/// Consecutive numbers from `first` on for those that are there, in their order.
Renaming numbered_from(uint64_t first, const std::vector<uint64_t>& there);

/// Frame numbers.
Counterexample with_frames(const Counterexample& counterexample, const Renaming& frames);
/// Compartment ids.
Counterexample with_compartments(const Counterexample& counterexample, const Renaming& ids);
/// Indices of vCPUs.
Counterexample with_vcpus(const Counterexample& counterexample, const Renaming& indices);
/// Indices of tables of a level, and with them the pages that these translate.
Counterexample with_indices(const Counterexample& counterexample, unsigned level, const Renaming& indices);

}  // namespace bulkhead::refine
