#pragma once

#include <array>

#include "hw/descriptor.hpp"
#include "hw/walk.hpp"

/// Descriptors and registers as recorded words, in tables of 4 KiB.
namespace bulkhead::hw::recorded {

/// What of a page or block entry may change while it is valid: who may do what, and what is software's (DDI 0487
/// D8.16.1 asks for break-before-make where the output, its size or its attributes change).
inline constexpr uint64_t rights = s2::S2AP::mask | s2::XN::mask | s2::AF::mask | s2::DBM::mask;
inline constexpr uint64_t may_change = rights | (low_mask(9) << 55U);

inline bool is_valid(uint64_t word) { return static_cast<bool>(hw::is_valid<Concrete>(Word<Concrete>(word))); }
inline bool leads_to_table(uint64_t word, unsigned level) {
  return static_cast<bool>(is_table<Concrete>(Word<Concrete>(word), static_cast<int>(level)));
}
inline bool is_leaf(uint64_t word, unsigned level) {
  return static_cast<bool>(hw::is_leaf<Concrete>(Word<Concrete>(word), static_cast<int>(level)));
}
inline uint64_t output(uint64_t word) { return raw(output_frame<Concrete>(Word<Concrete>(word))); }

/// Whether one valid entry may take the place of another without an invalid one between.
inline bool only_changes_rights(uint64_t before, uint64_t word, unsigned level) {
  return is_leaf(before, level) && is_leaf(word, level) && ((before ^ word) & ~may_change) == 0;
}

/// Who may execute, a bit each for EL1 and EL0, by the field XN (DDI 0487 D8.4).
inline uint64_t executable_by(uint64_t word) {
  constexpr std::array<uint64_t, 4> by_xn = {0b11, 0b10, 0b00, 0b01};
  return by_xn.at(raw(s2::XN::get(Word<Concrete>(word))));
}

/// Whether something was allowed that is no longer.
inline bool takes_rights(uint64_t before, uint64_t word) {
  constexpr uint64_t allows = s2::S2AP::mask | s2::DBM::mask;
  return ((before & ~word) & allows) != 0 || (executable_by(before) & ~executable_by(word)) != 0;
}

inline Stage2 stage2_of(uint64_t vtcr) { return hw::stage2_of(VtcrEl2<Concrete>(vtcr)); }

inline uint64_t vmid_of(uint64_t vtcr, uint64_t vttbr) {
  const uint64_t vmid = vttbr >> 48U;
  return vtcr_el2::VS::is(VtcrEl2<Concrete>(vtcr), 1) ? vmid : vmid & low_mask(8);
}

inline uint64_t root_of(uint64_t vtcr, uint64_t vttbr) {
  return raw(initial_table<Concrete>(stage2_of(vtcr), VttbrEl2<Concrete>(vttbr)));
}

}  // namespace bulkhead::hw::recorded
