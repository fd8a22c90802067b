#pragma once

#include <optional>

#include "hw/invalidation.hpp"

/// Effects as a recorder saw them, on whichever CPU, by whichever hypervisor.
namespace bulkhead::hw {

/// The register operand of a TLBI by a range of IPAs (FEAT_TLBIRANGE; DDI 0487 C5.5, TLBI RIPAS2E1IS).
namespace ripas2 {
using Base = Field<tag::Word, 36, 0>;      ///< the first page, with the 4 KiB granule
using Level = Field<tag::Word, 38, 37>;    ///< TTL; 0: any
using Number = Field<tag::Word, 43, 39>;   ///< NUM
using Scale = Field<tag::Word, 45, 44>;    ///< the range is (NUM + 1) * 2^(5 * SCALE + 1) granules
using Granule = Field<tag::Word, 47, 46>;  ///< TG; 0 is reserved
}  // namespace ripas2

/// A range of IPAs that a TLBI names.
struct IpaRange {
  uint64_t first = 0;  ///< page
  uint64_t count = 0;  ///< pages; 0: nothing for certain
  unsigned level = 0;  ///< of the leaves it is about; 0: any
};

/// What the operand names for certain in tables of 4 KiB: nothing if it is of another granule, or if the manual leaves
/// open what a range does whose first page does not begin a block of the level.
constexpr IpaRange ipa_range_of(Word<Concrete> operand) {
  const auto level = static_cast<unsigned>(raw(ripas2::Level::get(operand)));
  const uint64_t first = raw(ripas2::Base::get(operand));
  const bool misaligned = level != 0 && (first & span_mask(level)) != 0;
  if (!ripas2::Granule::is(operand, ipas2::granule_4k) || misaligned) { return {}; }
  const auto scale = static_cast<unsigned>(raw(ripas2::Scale::get(operand)));
  return {first, (raw(ripas2::Number::get(operand)) + 1) << (5 * scale + 1), level};
}

/// Whether a TLBI of the range is about an entry of a level whose first page is given. With a level named, entries
/// that lead to tables are invalidated above it only.
constexpr bool names_entry(const IpaRange& range, uint64_t page, unsigned level, bool leaf) {
  const uint64_t last = page | span_mask(level);
  const bool right_level = range.level == 0 || (leaf ? level == range.level : level < range.level);
  return right_level && range.count != 0 && last >= range.first && page < range.first + range.count;
}

/// An effect and the CPU it happened on.
struct Recorded {
  uint64_t cpu = 0;
  Effect<Concrete> effect{};
  std::optional<IpaRange> range{};  ///< of a TLBI by range, whose `effect.tlbi` is the operation by one IPA
  /// Whether a `dc` cleans its line to the point of coherency; otherwise it says nothing about memory.
  bool cleans = true;
};

/// The lines that `dc` cleans.
inline constexpr unsigned line_shift = 6;

}  // namespace bulkhead::hw
