#pragma once

#include "hw/descriptor.hpp"
#include "hw/stage2.hpp"

/// The stage-2 translation table walk (DDI 0487 D8.2, D8.3; pseudocode AArch64.S2Walk), 4 KiB granule:
///
///   IPA  |47    39|38    30|29    21|20    12|11     0|
///          level 0  level 1  level 2  level 3  offset
///
/// from VTTBR_EL2.BADDR at the starting level down to a page, a block or a fault. Where the initial
/// index has more than 9 bits, up to 16 tables lie one behind the other; where it has fewer, the table
/// is smaller than a page and aligned to its own size.
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
  unsigned level = 0;     ///< of the leaf, or at which the walk failed
  Frame<D> frame{};       ///< the 4 KiB frame that the page asked for is in
  Word<D> leaf{};         ///< the page or block descriptor
  Bool readable = false;  ///< by EL1 and EL0
  Bool writable = false;  ///< by EL1 and EL0
  Bool executable_el1 = false;
  Bool executable_el0 = false;

  Bool succeeded() const { return fault == FaultKind::none; }
  /// Whether there is a translation, if not for this access. Such a leaf may be cached in a TLB;
  /// the other faults never are (DDI 0487 D8.16).
  Bool is_mapped() const { return succeeded() | (fault == FaultKind::permission); }
  /// MemAttr[3:0] of the leaf, right-aligned.
  Word<D> memory_attribute() const { return s2::MemAttr::get<D>(leaf); }
  /// SH[1:0] of the leaf, right-aligned.
  Word<D> shareability() const { return s2::SH::get<D>(leaf); }
};

/// A descriptor in memory: the frame that holds it and the word in the frame.
template <ValueDomain D>
struct EntryAddress {
  Frame<D> frame;
  Index<D> index;
};

namespace detail {

template <ValueDomain D>
WalkResult<D> failed(FaultKind fault, unsigned level) {
  WalkResult<D> result;
  result.fault = fault;
  result.level = level;
  return result;
}

/// Whether a frame lies above a physical address size.
template <ValueDomain D>
typename D::Bool is_beyond(Frame<D> frame, unsigned pa_bits) {
  return pa_bits < address_bits ? (frame >> (pa_bits - page_shift)) != Frame<D>(0) : typename D::Bool(false);
}

/// The table that VTTBR_EL2 names: low bits of the base that its size leaves no room for read as zero.
template <ValueDomain D>
EntryAddress<D> initial_entry(const Stage2& stage2, VttbrEl2<D> vttbr, Page<D> page) {
  const unsigned bits = stage2.initial_index_bits();
  const auto base = extract<Frame<D>, 47, 12>(vttbr);
  const Index<D> index = index_at<D>(page, stage2.start_level);
  if (bits < index_bits) {
    const auto offset = extract<Index<D>, 11, 3>(vttbr) & Index<D>(~low_mask(bits));
    return {base, offset | index};
  }
  if (bits == index_bits) { return {base, index}; }
  const auto which = truncate<Frame<D>>(page >> (span_shift(stage2.start_level) + index_bits));
  return {(base & Frame<D>(~low_mask(bits - index_bits))) | which, index};
}

/// The frame that a page falls in, under a leaf of the level.
template <ValueDomain D>
Frame<D> frame_under(Word<D> leaf, Page<D> page, unsigned level) {
  if (level == leaf_level) { return output_frame<D>(leaf); }
  return (output_frame<D>(leaf) & Frame<D>(~span_mask(level))) | truncate<Frame<D>>(page & Page<D>(span_mask(level)));
}

/// What an entry that is no table means: a leaf with its permissions, or the fault it gives.
template <ValueDomain D>
WalkResult<D> end_of_walk(const Stage2& stage2, Word<D> entry, Page<D> page, unsigned level, AccessKind kind) {
  using Bool = typename D::Bool;
  using Fault = Value<D, FaultKind>;
  WalkResult<D> result;
  result.level = level;
  result.leaf = entry;
  result.frame = frame_under<D>(entry, page, level);
  result.readable = (s2::S2AP::get<D>(entry) & Word<D>(0b01)) != Word<D>(0);
  result.writable = ((s2::S2AP::get<D>(entry) & Word<D>(0b10)) != Word<D>(0)) |
                    (Bool(stage2.sets_dirty_state) & s2::DBM::is<D>(entry, 1));
  const Bool never_both = s2::XN::is<D>(entry, 0b10);
  const Bool upper_alone = (s2::XN::get<D>(entry) & Word<D>(0b10)) != Word<D>(0);
  result.executable_el1 = stage2.execution_by_level ? !(never_both | s2::XN::is<D>(entry, 0b01)) : !upper_alone;
  result.executable_el0 = stage2.execution_by_level ? !(never_both | s2::XN::is<D>(entry, 0b11)) : !upper_alone;

  const Bool allowed = is_write(kind) ? result.writable : result.readable;
  const Bool usable = Bool(stage2.sets_access_flag) | s2::AF::is<D>(entry, 1);
  Fault fault = select<D>(allowed, Fault(FaultKind::none), Fault(FaultKind::permission));
  fault = select<D>(usable, fault, Fault(FaultKind::access_flag));
  fault = select<D>(is_beyond<D>(output_frame<D>(entry), stage2.pa_bits), Fault(FaultKind::address_size), fault);
  result.fault = select<D>(is_leaf<D>(entry, level), fault, Fault(FaultKind::translation));
  return result;
}

}  // namespace detail

/// Translates an IPA. `read_word(Frame<D>, Index<D>)` gives the 64-bit word of memory there. Two
/// decisions before the first lookup (the IPA and the table base in range), then at most one a level:
/// is the entry a table within range. Everything else is in the values of the result.
template <ValueDomain D, class ReadWord>
WalkResult<D> walk(const Stage2& stage2, VttbrEl2<D> vttbr, Ipa<D> ipa, AccessKind kind, ReadWord&& read_word) {
  if (!stage2.consistent) { return detail::failed<D>(FaultKind::translation, 0); }
  if ((ipa >> stage2.ipa_bits) != Ipa<D>(0)) { return detail::failed<D>(FaultKind::translation, 0); }
  const Page<D> page = page_of(ipa);
  unsigned level = stage2.start_level;
  if (detail::is_beyond<D>(extract<Frame<D>, 47, 12>(vttbr), stage2.pa_bits)) {
    return detail::failed<D>(FaultKind::address_size, 0);
  }
  EntryAddress<D> at = detail::initial_entry<D>(stage2, vttbr, page);
  Word<D> entry = read_word(at.frame, at.index);
  while (level < leaf_level) {
    if (!is_table<D>(entry, level)) { break; }
    const Frame<D> next = output_frame<D>(entry);
    if (detail::is_beyond<D>(next, stage2.pa_bits)) { return detail::failed<D>(FaultKind::address_size, level); }
    level = level + 1;
    entry = read_word(next, index_at<D>(page, level));
  }
  return detail::end_of_walk<D>(stage2, entry, page, level, kind);
}

}  // namespace bulkhead::hw
