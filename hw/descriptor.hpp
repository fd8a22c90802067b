#pragma once

#include "hw/field.hpp"
#include "hw/stage2.hpp"

/// What hardware reads in a VMSAv8-64 stage-2 descriptor (DDI 0487 D8.3.1). The engine has a field table
/// of its own for writing them (impl/descriptor.hpp): a wrong encoding there must not vouch for itself here.
///
///   table   |63             |50           |  |47          g|g-1        |  |1|0|
///           | ignored       | address 49:48  | next table  | ignored      |1|1|
///   leaf    |54 53|52  |51  |             |  |47     s     |11|10|9  8|7  6|5     2|1 |0|
///           | XN  |cont|DBM |             |  | output      |nT|AF| SH |S2AP|MemAttr|p |1|
///
/// g is log2 of the granule, s of what the leaf spans; bit 1 of a leaf is 1 at level 3 and 0 above. With
/// DS = 1 bits [49:48] and [9:8], with the 64 KiB granule and FEAT_LPA bits [15:12], belong to the address.
namespace bulkhead::hw {

namespace s2 {
template <unsigned hi, unsigned lo>
using Bits = Field<tag::Word, hi, lo>;

using Valid = Bits<0, 0>;
using Type = Bits<1, 0>;     ///< 0b11: table below level 3, page at level 3; 0b01: block
using MemAttr = Bits<5, 2>;  ///< memory type; its meaning depends on HCR_EL2.FWB
using S2AP = Bits<7, 6>;     ///< bit 0 read, bit 1 write
using SH = Bits<9, 8>;       ///< 0b11 inner shareable
using AF = Bits<10, 10>;
using DBM = Bits<51, 51>;  ///< with VTCR_EL2.HD: a write sets S2AP[1] instead of faulting
using Contiguous = Bits<52, 52>;
using XN = Bits<54, 53>;  ///< 0b00: execution allowed at EL1 and EL0
using Address = Bits<47, 12>;
using High49 = Bits<49, 48>;  ///< with DS = 1: address bits [49:48]
using High51 = Bits<9, 8>;    ///< with DS = 1: address bits [51:50], in the place of SH
using High15 = Bits<15, 12>;  ///< with the 64 KiB granule and FEAT_LPA: address bits [51:48]
}  // namespace s2

/// Bit 0: the entry takes part in translation.
template <ValueDomain D>
constexpr typename D::Bool is_valid(Word<D> descriptor) {
  return s2::Valid::is<D>(descriptor, 1);
}

/// Whether the walk goes on through this entry of a table of the level.
template <ValueDomain D>
constexpr typename D::Bool is_table(Word<D> descriptor, int level) {
  return level < last_level ? s2::Type::is<D>(descriptor, 0b11) : typename D::Bool(false);
}

/// Whether the entry maps memory: a page at level 3, above it a block where there may be one.
template <ValueDomain D>
constexpr typename D::Bool is_leaf(Word<D> descriptor, int level, bool may_be_block) {
  if (level == last_level) { return s2::Type::is<D>(descriptor, 0b11); }
  return may_be_block ? s2::Type::is<D>(descriptor, 0b01) : typename D::Bool(false);
}

/// The address in a descriptor: of the next table, or of what a leaf maps. Bits below the granule are zero.
template <ValueDomain D>
constexpr Pa<D> address_in(Word<D> descriptor, Granule granule, HighBits high_bits) {
  const auto bits = [descriptor](uint64_t mask) { return widen<Pa<D>>(descriptor) & Pa<D>(mask); };
  const Pa<D> low = bits(low_mask(address_bits) & ~low_mask(granule_shift(granule)));
  switch (high_bits) {
    case HighBits::none:
      break;
    case HighBits::of_ds:
      return low | bits(s2::High49::mask) | (bits(s2::High51::mask) << 42U);
    case HighBits::of_64kib:
      return low | (bits(s2::High15::mask) << 36U);
  }
  return low;
}

/// The engine's tables: 4 KiB granule, 48-bit addresses.

/// Whether the entry maps memory: a page at level 3, a block at level 1 or 2.
template <ValueDomain D>
constexpr typename D::Bool is_leaf(Word<D> descriptor, int level) {
  return is_leaf<D>(descriptor, level, level == 1 || level == 2);
}

/// The next table, or the page: bits [47:12].
template <ValueDomain D>
constexpr Frame<D> output_frame(Word<D> descriptor) {
  return extract<Frame<D>, 47, 12>(descriptor);
}

/// Where a page falls within a table of the level.
template <ValueDomain D>
constexpr Index<D> index_at(Page<D> page, int level) {
  switch (level) {
    case 0:
      return extract<Index<D>, 35, 27>(page);
    case 1:
      return extract<Index<D>, 26, 18>(page);
    case 2:
      return extract<Index<D>, 17, 9>(page);
    default:
      return extract<Index<D>, 8, 0>(page);
  }
}

}  // namespace bulkhead::hw
