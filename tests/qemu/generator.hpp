#pragma once

#include <vector>

#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {

/// Cases with at least that many queries for a CPU with the features; the same for the same seed.
std::vector<Case> generate(const hw::Features& features, uint64_t seed, size_t queries);

}  // namespace bulkhead::qemu
