#pragma once

#include <iosfwd>

#include <cstdint>

#include "tests/qemu/machine.hpp"
#include "tests/qemu/tally.hpp"

namespace bulkhead::qemu {

/// Compares the model with the machine on at least that many queries, which depend on the seed alone. Of those that
/// QEMU cannot be asked it asks none. What was asked and answered is appended to `vectors`, unless that is null.
void study(const Machine& machine, uint64_t seed, size_t queries, Tally& tally, std::ostream* vectors = nullptr);

/// Whether QEMU still ends itself at a block of level -1, for which some queries are not asked. The machine's CPU must
/// have FEAT_LPA2.
bool ends_at_block_of_level_minus_1(const Machine& machine);

}  // namespace bulkhead::qemu
