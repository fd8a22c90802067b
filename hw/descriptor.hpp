#pragma once

#include "hw/field.hpp"

/// What hardware reads in a VMSAv8-64 stage-2 descriptor, 4 KiB granule, 48-bit output addresses
/// (DDI 0487 D8.3.1). The engine has a field table of its own for writing them (impl/descriptor.hpp):
/// a wrong encoding there must not vouch for itself here.
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
}  // namespace s2

/// Bit 0: the entry takes part in translation.
template <ValueDomain D>
constexpr typename D::Bool is_valid(Word<D> descriptor) {
  return s2::Valid::is<D>(descriptor, 1);
}

/// Whether the walk goes on through this entry of a table of the level.
template <ValueDomain D>
constexpr typename D::Bool is_table(Word<D> descriptor, unsigned level) {
  return level < leaf_level ? s2::Type::is<D>(descriptor, 0b11) : typename D::Bool(false);
}

/// Whether the entry maps memory: a page at level 3, a block at level 1 or 2.
template <ValueDomain D>
constexpr typename D::Bool is_leaf(Word<D> descriptor, unsigned level) {
  if (level == leaf_level) { return s2::Type::is<D>(descriptor, 0b11); }
  return level == 0 ? typename D::Bool(false) : s2::Type::is<D>(descriptor, 0b01);
}

/// The next table, or the page: bits [47:12].
template <ValueDomain D>
constexpr Frame<D> output_frame(Word<D> descriptor) {
  return extract<Frame<D>, 47, 12>(descriptor);
}

/// Where a page falls within a table of the level.
template <ValueDomain D>
constexpr Index<D> index_at(Page<D> page, unsigned level) {
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
