#pragma once

#include <algorithm>

#include "hw/descriptor.hpp"

/// The stage-2 translation table walk (DDI 0487 D8.2, D8.3; pseudocode AArch64.S2Walk). With the 4 KiB
/// granule, which has most levels:
///
///   IPA  |51    48|47    39|38    30|29    21|20    12|11     0|
///         level -1  level 0  level 1  level 2  level 3  offset
///
/// from VTTBR_EL2.BADDR at the starting level down to a page, a block or a fault. Where the initial
/// index has more bits than a level resolves, up to 16 tables lie one behind the other; where it has
/// fewer, the table is smaller than a granule and aligned to its own size.
namespace bulkhead::hw {

/// What a translation is wanted for. Stage 2 treats EL1 and EL0 alike but for execution.
enum class AccessKind : uint8_t { read_el1, write_el1, read_el0, write_el0 };

constexpr bool is_write(AccessKind kind) { return kind == AccessKind::write_el1 || kind == AccessKind::write_el0; }

/// Why a walk fails, in the order of the fault status codes (ESR_ELx.DFSC).
enum class FaultKind : uint8_t { address_size, translation, access_flag, permission, none };
constexpr unsigned enum_width(FaultKind) { return 3; }

/// What a walk finds. All but `fault` and `level` is meaningful only where the walk reached a leaf
/// whose output address is allowed: see `is_mapped`.
template <ValueDomain D>
struct WalkResult {
  using Bool = typename D::Bool;

  Value<D, FaultKind> fault = FaultKind::translation;
  int level = 0;          ///< of the leaf, or at which the walk failed; -1 to 3
  Pa<D> address{};        ///< the physical address of the byte asked for
  Word<D> leaf{};         ///< the page or block descriptor
  Bool readable = false;  ///< by EL1 and EL0
  Bool writable = false;  ///< by EL1 and EL0
  Bool executable_el1 = false;
  Bool executable_el0 = false;

  Bool succeeded() const { return fault == FaultKind::none; }
  /// Whether there is a translation, if not for this access. Such a leaf may be cached in a TLB;
  /// the other faults never are (DDI 0487 D8.16).
  Bool is_mapped() const { return succeeded() | (fault == FaultKind::permission); }
  /// The 4 KiB frame of the byte asked for, where addresses have 48 bits.
  Frame<D> frame() const { return frame_of(address); }
  /// MemAttr[3:0] of the leaf, right-aligned.
  Word<D> memory_attribute() const { return s2::MemAttr::get<D>(leaf); }
  /// SH[1:0] of the leaf, right-aligned.
  Word<D> shareability() const { return s2::SH::get<D>(leaf); }
};

/// The base of the initial table (pseudocode AArch64.S2TTBaseAddress): the bits of BADDR that its size
/// leaves no room for read as zero, and so do those that hold address bits [51:48].
template <ValueDomain D>
Pa<D> initial_table(const Stage2& stage2, VttbrEl2<D> vttbr) {
  const unsigned size = stage2.initial_index_bits() + 3;
  const auto bits = [vttbr](uint64_t mask) { return widen<Pa<D>>(vttbr) & Pa<D>(mask); };
  const uint64_t base = vttbr_el2::BADDR::mask & ~low_mask(stage2.high_base ? std::max(size, 6U) : size);
  return stage2.high_base ? bits(base) | (bits(vttbr_el2::HighBADDR::mask) << 46U) : bits(base);
}

namespace detail {

template <ValueDomain D>
WalkResult<D> failed(FaultKind fault, int level) {
  WalkResult<D> result;
  result.fault = fault;
  result.level = level;
  return result;
}

/// Whether the address of a table or a leaf has more bits than VTCR_EL2.PS and the CPU allow. `most` is
/// how many bits it can have.
template <ValueDomain D>
typename D::Bool is_beyond(Pa<D> address, unsigned pa_bits, unsigned most) {
  return pa_bits < most ? (address >> pa_bits) != Pa<D>(0) : typename D::Bool(false);
}

template <ValueDomain D>
typename D::Bool is_beyond(const Stage2& stage2, Pa<D> address) {
  return is_beyond<D>(address, stage2.pa_bits, stage2.high_bits == HighBits::none ? 48 : 52);
}

/// Where in a table of the level the entry for an address is, in bytes; `count` bits index the table.
template <ValueDomain D>
Pa<D> entry_offset(Ipa<D> ipa, Granule granule, int level, unsigned count) {
  const Ipa<D> index = (ipa >> span_bits(granule, level)) & Ipa<D>(low_mask(count));
  return widen<Pa<D>>(index) << 3U;
}

/// The byte asked for, under a leaf of the level: the bits of the leaf's address that it spans are not
/// looked at.
template <ValueDomain D>
Pa<D> address_under(const Stage2& stage2, Pa<D> leaf, Ipa<D> ipa, int level) {
  const uint64_t span = low_mask(span_bits(stage2.granule, level));
  return (leaf & Pa<D>(~span)) | widen<Pa<D>>(ipa & Ipa<D>(span));
}

/// What an entry says if it is a leaf: where it leads and who may do what there.
template <ValueDomain D>
WalkResult<D> read_leaf(const Stage2& stage2, Word<D> leaf, Ipa<D> ipa, int level) {
  using Bool = typename D::Bool;
  const Pa<D> output = address_in<D>(leaf, stage2.granule, stage2.high_bits);
  WalkResult<D> result;
  result.level = level;
  result.leaf = leaf;
  result.address = address_under<D>(stage2, output, ipa, level);
  result.readable = (s2::S2AP::get<D>(leaf) & Word<D>(0b01)) != Word<D>(0);
  result.writable = ((s2::S2AP::get<D>(leaf) & Word<D>(0b10)) != Word<D>(0)) |
                    (Bool(stage2.sets_dirty_state) & s2::DBM::is<D>(leaf, 1));
  const Bool never_both = s2::XN::is<D>(leaf, 0b10);
  const Bool upper_alone = (s2::XN::get<D>(leaf) & Word<D>(0b10)) != Word<D>(0);
  result.executable_el1 = stage2.execution_by_level ? !(never_both | s2::XN::is<D>(leaf, 0b01)) : !upper_alone;
  result.executable_el0 = stage2.execution_by_level ? !(never_both | s2::XN::is<D>(leaf, 0b11)) : !upper_alone;
  return result;
}

/// What an entry that is no table means: a leaf with its permissions, or the fault it gives.
template <ValueDomain D>
WalkResult<D> end_of_walk(const Stage2& stage2, Word<D> entry, Ipa<D> ipa, int level, AccessKind kind) {
  using Bool = typename D::Bool;
  using Fault = Value<D, FaultKind>;
  WalkResult<D> result = read_leaf<D>(stage2, entry, ipa, level);
  const Bool allowed = is_write(kind) ? result.writable : result.readable;
  const Bool usable = Bool(stage2.sets_access_flag) | s2::AF::is<D>(entry, 1);
  Fault fault = select<D>(allowed, Fault(FaultKind::none), Fault(FaultKind::permission));
  fault = select<D>(usable, fault, Fault(FaultKind::access_flag));
  fault = select<D>(is_beyond<D>(stage2, result.address), Fault(FaultKind::address_size), fault);
  result.fault = select<D>(is_leaf<D>(entry, level, stage2.has_blocks_at(level)), fault, Fault(FaultKind::translation));
  return result;
}

}  // namespace detail

/// Translates an IPA. `read_word(Pa<D>)` gives the 64-bit word of memory at that address, a multiple of
/// 8. Two decisions before the first lookup (the IPA and the table base in range), then at most two a
/// level: is the entry a table, and within range. Everything else is in the values of the result.
template <ValueDomain D, class ReadWord>
WalkResult<D> walk(const Stage2& stage2, VttbrEl2<D> vttbr, Ipa<D> ipa, AccessKind kind, ReadWord&& read_word) {
  if (!stage2.consistent) { return detail::failed<D>(FaultKind::translation, 0); }
  if ((ipa >> stage2.ipa_bits) != Ipa<D>(0)) { return detail::failed<D>(FaultKind::translation, 0); }
  Pa<D> table = initial_table<D>(stage2, vttbr);
  if (detail::is_beyond<D>(table, stage2.pa_bits, stage2.high_base ? 52 : 48)) {
    return detail::failed<D>(FaultKind::address_size, 0);
  }
  int level = stage2.start_level;
  Word<D> entry = read_word(table | detail::entry_offset<D>(ipa, stage2.granule, level, stage2.initial_index_bits()));
  while (level < last_level) {
    if (!is_table<D>(entry, level)) { break; }
    table = address_in<D>(entry, stage2.granule, stage2.high_bits);
    if (detail::is_beyond<D>(stage2, table)) { return detail::failed<D>(FaultKind::address_size, level); }
    level = level + 1;
    entry = read_word(table | detail::entry_offset<D>(ipa, stage2.granule, level, level_bits(stage2.granule)));
  }
  return detail::end_of_walk<D>(stage2, entry, ipa, level, kind);
}

}  // namespace bulkhead::hw
