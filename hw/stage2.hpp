#pragma once

#include <algorithm>

#include "hw/registers.hpp"
#include "model/concrete.hpp"

/// How stage 2 translates: what VTCR_EL2 says, cut to what the CPU implements. Control registers are
/// constants of a run, in every value domain; only the table base, the address and memory vary.
namespace bulkhead::hw {

/// What a CPU implements, as far as stage-2 translation shows it. The default is all of it.
struct Features {
  unsigned pa_bits = 52;  ///< ID_AA64MMFR0_EL1.PARange, in bits
  bool granule_4k = true;
  bool granule_16k = true;
  bool granule_64k = true;
  bool lpa2 = true;     ///< FEAT_LPA2: 52-bit addresses with the 4 KiB and 16 KiB granules
  bool fwb = true;      ///< FEAT_S2FWB: HCR_EL2.FWB
  bool xnx = true;      ///< FEAT_XNX: execution controlled apart for EL1 and EL0
  bool ttst = true;     ///< FEAT_TTST: small translation tables
  unsigned hafdbs = 2;  ///< FEAT_HAFDBS: 0 none, 1 access flag, 2 dirty state too
};

enum class Granule : uint8_t { kib4, kib16, kib64 };

/// A stage-2 translation with the 4 KiB granule and 48-bit descriptors.
struct Stage2 {
  /// Whether T0SZ and SL0 are allowed, alone and together. If not, every access takes a level-0
  /// translation fault.
  bool consistent;
  unsigned start_level;     ///< of the initial lookup, 0 to 3
  unsigned ipa_bits;        ///< input addresses of more bits take a level-0 translation fault
  unsigned pa_bits;         ///< table and output addresses of more bits take an address-size fault
  bool sets_access_flag;    ///< hardware sets AF instead of faulting
  bool sets_dirty_state;    ///< DBM makes a page writable
  bool execution_by_level;  ///< FEAT_XNX: the XN field has two bits, otherwise the upper alone counts

  /// How many bits of the input address index the initial table: more than 9 where up to 16 tables are
  /// concatenated (DDI 0487 D8.2.2).
  constexpr unsigned initial_index_bits() const { return ipa_bits - page_shift - span_shift(start_level); }
};

/// The granule in use. A reserved encoding, or a granule that is not implemented, behaves as one that
/// is, which one being the implementation's choice (DDI 0487 D24.2, VTCR_EL2.TG0): here the smallest.
constexpr Granule granule_of(VtcrEl2<Concrete> vtcr, const Features& features) {
  const auto tg0 = raw(vtcr_el2::TG0::get(vtcr));
  if (tg0 == 0b01 && features.granule_64k) { return Granule::kib64; }
  if (tg0 == 0b10 && features.granule_16k) { return Granule::kib16; }
  if (features.granule_4k) { return Granule::kib4; }
  return features.granule_16k ? Granule::kib16 : Granule::kib64;
}

/// Whether the walk of this model covers the setting: the 4 KiB granule with 48-bit descriptors.
constexpr bool is_modelled(VtcrEl2<Concrete> vtcr, const Features& features) {
  const bool long_descriptors = features.lpa2 && raw(vtcr_el2::DS::get(vtcr)) == 1;
  return granule_of(vtcr, features) == Granule::kib4 && !long_descriptors;
}

namespace detail {

/// The physical address size that PS names; reserved values name the largest.
constexpr unsigned physical_address_bits(uint64_t ps) {
  constexpr std::array<unsigned, 8> bits = {32, 36, 40, 42, 44, 48, 52, 52};
  return bits[ps];
}

/// The starting level that SL0 names with the 4 KiB granule.
constexpr unsigned start_level(uint64_t sl0) {
  constexpr std::array<unsigned, 4> levels = {2, 1, 0, 3};
  return levels[sl0];
}

/// Whether the CPU can start there: level 0 needs 44 bits of physical address, level 3 FEAT_TTST.
constexpr bool may_start_at(unsigned level, const Features& features) {
  if (level == 0) { return features.pa_bits >= 44; }
  return level != leaf_level || features.ttst;
}

/// Whether T0SZ is within what any CPU with the features accepts.
constexpr bool input_size_allowed(uint64_t t0sz, const Features& features) {
  return t0sz >= 64 - address_bits && t0sz <= (features.ttst ? 48U : 39U);
}

/// Whether an input address of that many bits is resolved from the level with 1 to 16 tables.
constexpr bool input_size_fits(unsigned ipa_bits, unsigned level) {
  const unsigned below = page_shift + span_shift(level);
  return ipa_bits > below && ipa_bits <= below + index_bits + 4;
}

}  // namespace detail

/// Reads VTCR_EL2 as a CPU with the features does (DDI 0487 D8.2; the manual's pseudocode
/// AArch64.S2InvalidSL, AArch64.S2InconsistentSL, AArch64.S2MinTxSZ). Where the manual leaves a T0SZ out
/// of limits to the implementation, one out of the limits of every CPU faults, and one that asks for more
/// bits than a physical address has behaves as if it asked for just those. The setting must be modelled.
constexpr Stage2 stage2_of(VtcrEl2<Concrete> vtcr, const Features& features = {}) {
  Concrete::check(is_modelled(vtcr, features), "stage 2 uses the 4 KiB granule and 48-bit descriptors");
  const uint64_t t0sz = raw(vtcr_el2::T0SZ::get(vtcr));
  const unsigned ipa_bits = std::min(64 - static_cast<unsigned>(t0sz), features.pa_bits);
  const unsigned level = detail::start_level(raw(vtcr_el2::SL0::get(vtcr)));
  const unsigned ps = detail::physical_address_bits(raw(vtcr_el2::PS::get(vtcr)));
  const bool sets_access_flag = features.hafdbs >= 1 && raw(vtcr_el2::HA::get(vtcr)) == 1;
  return {
      .consistent = detail::input_size_allowed(t0sz, features) && detail::may_start_at(level, features) &&
                    detail::input_size_fits(ipa_bits, level),
      .start_level = level,
      .ipa_bits = ipa_bits,
      .pa_bits = std::min({ps, features.pa_bits, address_bits}),
      .sets_access_flag = sets_access_flag,
      .sets_dirty_state = sets_access_flag && features.hafdbs >= 2 && raw(vtcr_el2::HD::get(vtcr)) == 1,
      .execution_by_level = features.xnx,
  };
}

}  // namespace bulkhead::hw
