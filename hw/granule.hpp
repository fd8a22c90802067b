#pragma once

#include <cstdint>

/// The sizes of the translation granules (DDI 0487 D8.2). A table is one granule of 8-byte entries, and
/// each level resolves as many bits of the input address as index it:
///
///   granule   offset   a level resolves   level 3   2     1     0     -1
///   4 KiB     12       9 bits             4 KiB     2 M   1 G   512 G  256 T
///   16 KiB    14       11 bits            16 KiB    32 M  64 G  128 T
///   64 KiB    16       13 bits            64 KiB    512 M 4 T
namespace bulkhead::hw {

enum class Granule : uint8_t { kib4, kib16, kib64 };

/// The level of pages; the walk starts at this or a lower number, down to -1.
inline constexpr int last_level = 3;

/// log2 of the granule in bytes.
constexpr unsigned granule_shift(Granule granule) {
  switch (granule) {
    case Granule::kib4:
      return 12;
    case Granule::kib16:
      return 14;
    case Granule::kib64:
      return 16;
  }
  return 0;
}

/// log2 of the entries of a table: the bits of the input address that a level resolves.
constexpr unsigned level_bits(Granule granule) { return granule_shift(granule) - 3; }

/// log2 of the bytes that one entry of a table of the level spans.
constexpr unsigned span_bits(Granule granule, int level) {
  return granule_shift(granule) + level_bits(granule) * static_cast<unsigned>(last_level - level);
}

static_assert(span_bits(Granule::kib4, -1) == 48 && span_bits(Granule::kib4, 1) == 30);
static_assert(span_bits(Granule::kib16, 0) == 47 && span_bits(Granule::kib64, 1) == 42);

}  // namespace bulkhead::hw
