#pragma once

#include <algorithm>

#include "hw/features.hpp"
#include "hw/granule.hpp"
#include "hw/registers.hpp"
#include "model/concrete.hpp"

/// How stage 2 translates: what VTCR_EL2 says, cut to what the CPU implements. Control registers are
/// constants of a run, in every value domain; only the table base, the address and memory vary.
namespace bulkhead::hw {

/// Where a descriptor holds the bits of its address above bit 47 (DDI 0487 D8.3.1).
enum class HighBits : uint8_t {
  none,     ///< nowhere: they are zero
  of_ds,    ///< VTCR_EL2.DS = 1: address [49:48] in place, [51:50] in bits [9:8]
  of_64kib  ///< 64 KiB granule with FEAT_LPA: address [51:48] in bits [15:12]
};

/// A stage-2 translation of the VMSAv8-64.
struct Stage2 {
  /// Whether T0SZ and SL0 are allowed, alone and together. If not, every access takes a level-0
  /// translation fault.
  bool consistent;
  Granule granule;
  int start_level;          ///< of the initial lookup, -1 to 3
  unsigned ipa_bits;        ///< input addresses of more bits take a level-0 translation fault
  unsigned pa_bits;         ///< table and output addresses of more bits take an address-size fault
  HighBits high_bits;       ///< of table and output addresses
  bool high_base;           ///< VTTBR_EL2[5:2] are bits [51:48] of the table base
  unsigned block_levels;    ///< bit n + 1: an entry of level n may be a block
  bool sets_access_flag;    ///< hardware sets AF instead of faulting
  bool sets_dirty_state;    ///< DBM makes a page writable
  bool execution_by_level;  ///< FEAT_XNX: the XN field has two bits, otherwise the upper alone counts
  bool one_shareability;    ///< all leaves have `shareability`; otherwise each its own field SH
  unsigned shareability;    ///< VTCR_EL2.SH0
  unsigned vmid_bits;       ///< of VTTBR_EL2.VMID, from bit 48 up, that tell translations apart: 8 or 16

  /// How many bits of the input address index the initial table: more than a level resolves where up to
  /// 16 tables are concatenated (DDI 0487 D8.2.2).
  constexpr unsigned initial_index_bits() const { return ipa_bits - span_bits(granule, start_level); }
  /// Whether a block may stand at the level.
  constexpr bool has_blocks_at(int level) const { return (block_levels >> (level + 1) & 1U) != 0; }
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

namespace detail {

/// The physical address size that PS names; the reserved value names the largest.
constexpr unsigned physical_address_bits(uint64_t ps) {
  constexpr std::array<unsigned, 8> bits = {32, 36, 40, 42, 44, 48, 52, 52};
  return bits[ps];
}

/// What of VTCR_EL2 a CPU takes notice of when it decides where to start.
struct Start {
  Granule granule;
  bool ds;       ///< 52-bit descriptors with the 4 KiB or 16 KiB granule
  unsigned sl0;  ///< SL0
  bool sl2;      ///< SL2, which counts only with DS and the 4 KiB granule
};

constexpr Start start_of(VtcrEl2<Concrete> vtcr, const Features& features) {
  const Granule granule = granule_of(vtcr, features);
  const bool ds = features.lpa2 && granule != Granule::kib64 && raw(vtcr_el2::DS::get(vtcr)) == 1;
  return {.granule = granule,
          .ds = ds,
          .sl0 = static_cast<unsigned>(raw(vtcr_el2::SL0::get(vtcr))),
          .sl2 = ds && granule == Granule::kib4 && raw(vtcr_el2::SL2::get(vtcr)) == 1};
}

/// The starting level that SL2:SL0 names (pseudocode AArch64.S2StartLevel).
constexpr int start_level(const Start& start) {
  if (start.sl2) { return -1; }
  if (start.granule != Granule::kib4) { return last_level - static_cast<int>(start.sl0); }
  constexpr std::array<int, 4> levels = {2, 1, 0, 3};
  return levels[start.sl0];
}

/// Whether a CPU starts a walk there (pseudocode AArch64.S2InvalidSL): the higher a level, the more bits
/// of physical address it takes, and level 3 with the 4 KiB granule takes FEAT_TTST.
constexpr bool may_start(const Start& start, const Features& features) {
  switch (start.granule) {
    case Granule::kib4:
      if (start.sl2) { return start.sl0 == 0 && features.pa_bits >= 52; }
      return start.sl0 == 3 ? features.ttst : start.sl0 != 2 || features.pa_bits >= 44;
    case Granule::kib16:
      if (start.sl0 == 3) { return start.ds && features.pa_bits >= 52; }
      return start.sl0 != 2 || features.pa_bits >= 42;
    case Granule::kib64:
      return start.sl0 != 3 && (start.sl0 != 2 || features.pa_bits >= 44);
  }
  return false;
}

/// Whether an input address may have that many bits (pseudocode AArch64.S2MinTxSZ, AArch64.MaxTxSZ).
constexpr bool input_size_allowed(unsigned ipa_bits, const Start& start, const Features& features) {
  const bool long_input = start.ds || start.granule == Granule::kib64;
  const unsigned most = features.pa_bits == 52 && !long_input ? 48 : features.pa_bits;
  const unsigned least = !features.ttst ? 25 : start.granule == Granule::kib64 ? 17 : 16;
  return ipa_bits >= least && ipa_bits <= most;
}

/// Whether an input address of that many bits is resolved from the level with 1 to 16 tables (pseudocode
/// AArch64.S2InconsistentSL).
constexpr bool input_size_fits(unsigned ipa_bits, Granule granule, int level) {
  const unsigned below = span_bits(granule, level);
  return ipa_bits > below && ipa_bits <= below + level_bits(granule) + 4;
}

/// The levels that may have a block (pseudocode AArch64.BlockDescSupported), counted from bit 0 for level -1.
constexpr unsigned block_levels(const Start& start, const Features& features) {
  constexpr unsigned level0 = 1U << 1;
  constexpr unsigned level1 = 1U << 2;
  constexpr unsigned level2 = 1U << 3;
  switch (start.granule) {
    case Granule::kib4:
      return level2 | level1 | (start.ds ? level0 : 0);
    case Granule::kib16:
      return level2 | (start.ds ? level1 : 0);
    case Granule::kib64:
      return level2 | (features.pa_bits == 52 ? level1 : 0);
  }
  return 0;
}

constexpr HighBits high_bits(const Start& start, const Features& features) {
  if (start.ds) { return HighBits::of_ds; }
  return start.granule == Granule::kib64 && features.pa_bits == 52 ? HighBits::of_64kib : HighBits::none;
}

}  // namespace detail

/// What is wrong with T0SZ, SL0 and SL2, in the order that they are looked at.
enum class Misfit : uint8_t {
  none,
  input_size,   ///< T0SZ asks for fewer or more bits than the CPU allows
  start_level,  ///< SL0 and SL2 name no level, or one that the CPU does not start at
  tables        ///< the starting level cannot resolve that many bits with 1 to 16 tables
};

constexpr Misfit misfit_of(VtcrEl2<Concrete> vtcr, const Features& features) {
  const detail::Start start = detail::start_of(vtcr, features);
  const unsigned ipa_bits = 64 - static_cast<unsigned>(raw(vtcr_el2::T0SZ::get(vtcr)));
  if (!detail::input_size_allowed(ipa_bits, start, features)) { return Misfit::input_size; }
  if (!detail::may_start(start, features)) { return Misfit::start_level; }
  return detail::input_size_fits(ipa_bits, start.granule, detail::start_level(start)) ? Misfit::none : Misfit::tables;
}

/// Reads VTCR_EL2 as a CPU with the features does (DDI 0487 D8.2, D24.2). Where the manual leaves a T0SZ
/// out of limits to the implementation, it faults here, as it must with FEAT_LPA.
constexpr Stage2 stage2_of(VtcrEl2<Concrete> vtcr, const Features& features = {}) {
  const detail::Start start = detail::start_of(vtcr, features);
  const auto ps = detail::physical_address_bits(raw(vtcr_el2::PS::get(vtcr)));
  const HighBits high_bits = detail::high_bits(start, features);
  const bool sets_access_flag = features.hafdbs >= 1 && raw(vtcr_el2::HA::get(vtcr)) == 1;
  return {
      .consistent = misfit_of(vtcr, features) == Misfit::none,
      .granule = start.granule,
      .start_level = detail::start_level(start),
      .ipa_bits = 64 - static_cast<unsigned>(raw(vtcr_el2::T0SZ::get(vtcr))),
      .pa_bits = std::min({ps, features.pa_bits, high_bits == HighBits::none ? 48U : 52U}),
      .high_bits = high_bits,
      .high_base = start.ds || (high_bits == HighBits::of_64kib && ps == 52),
      .block_levels = detail::block_levels(start, features),
      .sets_access_flag = sets_access_flag,
      .sets_dirty_state = sets_access_flag && features.hafdbs >= 2 && raw(vtcr_el2::HD::get(vtcr)) == 1,
      .execution_by_level = features.xnx,
      .one_shareability = start.ds,
      .shareability = static_cast<unsigned>(raw(vtcr_el2::SH0::get(vtcr))),
      .vmid_bits = raw(vtcr_el2::VS::get(vtcr)) == 1 ? 16U : 8U,
  };
}

}  // namespace bulkhead::hw
