#pragma once

#include <cstdint>
#include <vector>

namespace bulkhead::refine {

/// Smaller numbers that may do as well, each once: zero, one, the number's page, its half.
std::vector<uint64_t> simpler(uint64_t number);

}  // namespace bulkhead::refine
