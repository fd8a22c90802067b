#pragma once

#include "hw/registers.hpp"
#include "tests/qemu/geometry.hpp"
#include "tests/qemu/random.hpp"

namespace bulkhead::qemu {

/// VTCR_EL2 and HCR_EL2 of a case, and what its tables are built for. Most settings are such that the walk gets to the
/// tables; in the others one field contradicts the rest.
struct Setting {
  uint64_t vtcr;
  uint64_t hcr;
  Geometry geometry;
  int start_level;
  unsigned ipa_bits;
  unsigned pa_bits;  ///< as VTCR_EL2.PS and the CPU have it

  /// How many bits of the address index the initial table or tables.
  unsigned initial_index_bits() const { return ipa_bits - geometry.shift(start_level); }
};

/// HCR_EL2.RW: EL1 is in AArch64 state.
inline constexpr uint64_t hcr_rw = uint64_t{1} << 31;

/// A setting for a CPU with the features.
Setting random_setting(Random& random, const hw::Features& features);

}  // namespace bulkhead::qemu
