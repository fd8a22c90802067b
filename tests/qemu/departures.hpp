#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Where QEMU 7.2 does not do what the architecture says. The comparison alone knows of these, never the model: it asks
/// the model for its answer, and if that is not QEMU's, for its answer with these switched on.
namespace bulkhead::qemu {

enum class Departure : uint8_t {
  size_against_ps,
  level_minus_1_at_52_bits,
  no_16k_level_0,
  block_at_any_level,
  narrow_output,
  narrow_base,
  base_below_64_bytes,
  fwb_device_of_stage2,
  fwb_shareability_of_stage2,
  fwb_reserved_is_device,
  fwb_ignores_cd,
};

struct DepartureText {
  std::string_view name;
  std::string_view says;          ///< what QEMU does
  std::string_view architecture;  ///< what the architecture says instead
  std::string_view section;       ///< of DDI 0487
  std::string_view place;         ///< in QEMU 7.2, target/arm/ptw.c
};

/// By number of the departure.
inline constexpr std::array<DepartureText, 11> departure_texts = {{
    {"size-against-ps", "checks SL0 and the IPA size against VTCR_EL2.PS", "they are checked against what the CPU has",
     "D8.2, AArch64.S2InvalidSL, AArch64.S2MinTxSZ", "check_s2_mmu_setup"},
    {"level-minus-1-at-52-bits", "starts at level -1 for 52-bit IPAs alone", "49-bit IPAs and more may start there",
     "D8.2, AArch64.S2InconsistentSL", "check_s2_mmu_setup"},
    {"no-16k-level-0", "refuses SL0 = 3 with the 16 KiB granule", "with DS = 1 it is level 0",
     "D8.2, AArch64.S2InvalidSL", "check_s2_mmu_setup"},
    {"block-at-any-level", "takes a block at any level above the last",
     "which levels have blocks depends on the granule and the size of addresses", "D8.3, AArch64.BlockDescSupported",
     "get_phys_addr_lpae"},
    {"narrow-output", "ignores descriptor bits that hold [51:48] or [51:50] of an address if PS is below 52 bits",
     "an address that has one of them set takes an address size fault", "D8.2, AArch64.OAOutOfRange",
     "get_phys_addr_lpae"},
    {"narrow-base", "ignores VTTBR_EL2[5:2] with DS = 1 if PS is below 52 bits",
     "they are base bits [51:48]; one that is set takes an address size fault", "D24.2, AArch64.S2TTBaseAddress",
     "get_phys_addr_lpae"},
    {"base-below-64-bytes", "takes VTTBR_EL2[5:3] as address bits where the initial table is smaller than 64 bytes",
     "a table with a 52-bit base is aligned to 64 bytes at least", "D24.2, AArch64.S2TTBaseAddress",
     "get_phys_addr_lpae"},
    {"fwb-device-of-stage2", "lets a Device type of stage 2 replace that of stage 1 with FWB", "the stronger one wins",
     "D8.6, AArch64.S2ApplyFWBMemAttrs", "combined_attrs_fwb"},
    {"fwb-shareability-of-stage2", "takes the shareability from stage 2 alone where FWB makes memory cacheable",
     "stage 1, being off, gives Outer Shareable, and the wider one wins",
     "D8.6, AArch64.S1DisabledOutput, S2CombineS1Shareability", "get_phys_addr_disabled"},
    {"fwb-reserved-is-device", "takes MemAttr 0b0100 and 0b1xxx with FWB as Device-nGnRnE",
     "MemAttr[3] is RES0 and not looked at; 0b100 is reserved, the model takes it as 0b101",
     "D8.6, AArch64.S2ApplyFWBMemAttrs", "combined_attrs_fwb"},
    {"fwb-ignores-cd", "ignores HCR_EL2.CD with FWB", "CD makes Normal memory Non-cacheable",
     "D24.2, HCR_EL2.CD, AArch64.S2Translate", "combined_attrs_fwb"},
}};

constexpr const DepartureText& text_of(Departure departure) { return departure_texts[static_cast<size_t>(departure)]; }

/// A set of departures.
class Departures {
 public:
  static constexpr Departures none() { return Departures(0); }
  static constexpr Departures all() { return Departures((1U << departure_texts.size()) - 1); }

  constexpr bool has(Departure departure) const { return (bits_ >> static_cast<unsigned>(departure) & 1) != 0; }
  constexpr Departures without(Departure departure) const {
    return Departures(bits_ & ~(1U << static_cast<unsigned>(departure)));
  }

 private:
  explicit constexpr Departures(uint32_t bits) : bits_(bits) {}
  uint32_t bits_;
};

}  // namespace bulkhead::qemu
