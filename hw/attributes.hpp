#pragma once

#include <algorithm>

#include "hw/registers.hpp"
#include "model/concrete.hpp"

/// Memory type and shareability of a translation whose stage 1 is off, as stage 2 leaves them
/// (DDI 0487 D8.6.6; pseudocode AArch64.S1DisabledOutput, S2CombineS1MemAttrs,
/// AArch64.S2ApplyFWBMemAttrs). Data accesses only.
namespace bulkhead::hw {

enum class Shareability : uint8_t { non = 0b00, outer = 0b10, inner = 0b11 };

/// A memory type in the encoding of MAIR_ELx (DDI 0487 D24.2, MAIR_EL1), and its shareability.
struct MemoryAttributes {
  uint8_t type;
  Shareability shareability;

  friend constexpr bool operator==(const MemoryAttributes&, const MemoryAttributes&) = default;
};

/// The bits of HCR_EL2 that the memory type depends on.
struct MemoryControls {
  bool default_cacheable;  ///< DC
  bool cache_disabled;     ///< CD
  bool force_write_back;   ///< FWB, if the CPU has it
};

namespace mair {
inline constexpr uint8_t device_ngnrne = 0x00;
inline constexpr uint8_t normal_non_cacheable = 0x44;
inline constexpr uint8_t normal_write_back = 0xFF;  ///< non-transient, read- and write-allocate

constexpr bool is_device(uint8_t type) { return (type & 0xF0) == 0; }
}  // namespace mair

namespace detail {

/// What stage 1 gives when it is off.
constexpr MemoryAttributes stage1_off(bool default_cacheable) {
  if (default_cacheable) { return {mair::normal_write_back, Shareability::non}; }
  return {mair::device_ngnrne, Shareability::outer};
}

/// The Device type of MemAttr[1:0], from nGnRnE to GRE.
constexpr uint8_t device_type(unsigned memattr) { return static_cast<uint8_t>((memattr & 0b11) << 2); }

/// One half, outer or inner, of a Normal type under stage-1 Write-Back. 0b00 is reserved and taken as
/// Write-Back.
constexpr uint8_t normal_half(unsigned memattr) {
  constexpr std::array<uint8_t, 4> halves = {0xF, 0x4, 0xB, 0xF};
  return halves[memattr & 0b11];
}

/// Without FWB the less cacheable, more restrictive of the two stages wins.
constexpr uint8_t combined_type(uint8_t stage1, unsigned memattr, bool cache_disabled) {
  const bool stage2_device = (memattr & 0b1100) == 0;
  if (stage2_device) { return mair::is_device(stage1) ? std::min(stage1, device_type(memattr)) : device_type(memattr); }
  if (mair::is_device(stage1)) { return stage1; }
  if (cache_disabled) { return mair::normal_non_cacheable; }
  return static_cast<uint8_t>(normal_half(memattr >> 2) << 4 | normal_half(memattr));
}

/// With FWB stage 2 may override. MemAttr[3] is not looked at, and 0b100 is reserved and taken as 0b101.
constexpr uint8_t forced_type(uint8_t stage1, unsigned memattr, bool cache_disabled) {
  if ((memattr & 0b100) == 0) { return combined_type(stage1, memattr & 0b11, cache_disabled); }
  uint8_t type = mair::is_device(stage1) ? stage1 : mair::normal_non_cacheable;
  if ((memattr & 0b11) == 0b11) { type = stage1; }
  if ((memattr & 0b11) == 0b10) { type = mair::normal_write_back; }
  return cache_disabled && !mair::is_device(type) ? mair::normal_non_cacheable : type;
}

/// 0b01 is reserved and taken as non-shareable.
constexpr Shareability decode_shareability(unsigned sh) {
  return sh == 0b01 ? Shareability::non : static_cast<Shareability>(sh);
}

constexpr Shareability combined_shareability(Shareability a, Shareability b) {
  if (a == Shareability::outer || b == Shareability::outer) { return Shareability::outer; }
  if (a == Shareability::inner || b == Shareability::inner) { return Shareability::inner; }
  return Shareability::non;
}

}  // namespace detail

/// The resulting attributes of a leaf with the fields MemAttr and SH. Device and Non-cacheable memory
/// is always Outer Shareable.
constexpr MemoryAttributes memory_attributes(unsigned memattr, unsigned sh, const MemoryControls& controls) {
  const MemoryAttributes stage1 = detail::stage1_off(controls.default_cacheable);
  const uint8_t type = controls.force_write_back ? detail::forced_type(stage1.type, memattr, controls.cache_disabled)
                                                 : detail::combined_type(stage1.type, memattr, controls.cache_disabled);
  if (mair::is_device(type) || type == mair::normal_non_cacheable) { return {type, Shareability::outer}; }
  return {type, detail::combined_shareability(stage1.shareability, detail::decode_shareability(sh))};
}

}  // namespace bulkhead::hw
