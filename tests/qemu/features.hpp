#pragma once

#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {

/// What a CPU says of itself in its identification registers (DDI 0487 D24.2, ID_AA64MMFR0_EL1 to
/// ID_AA64MMFR2_EL1), as far as stage 2 is concerned. Throws `std::runtime_error` for a value that is reserved.
hw::Features features_of(const Identification& cpu);

}  // namespace bulkhead::qemu
