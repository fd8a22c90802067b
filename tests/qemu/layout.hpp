#pragma once

#include <array>
#include <compare>

#include "hw/stage2.hpp"

namespace bulkhead::qemu {

/// A granule, and where descriptors hold the upper bits of addresses.
struct Layout {
  hw::Granule granule;
  hw::HighBits high_bits;

  friend auto operator<=>(const Layout&, const Layout&) = default;
};

/// The bits of physical address that VTCR_EL2.PS names, as the manual has them; the reserved value names the largest.
inline constexpr std::array<unsigned, 8> sizes_of_ps = {32, 36, 40, 42, 44, 48, 52, 52};

/// The lowest number of a level in a layout, and of one that has blocks.
struct Levels {
  int first;
  int first_block;
};

/// As the manual's tables have it (DDI 0487 D8.2, D8.3); the model has its own.
constexpr Levels levels_of(const Layout& layout) {
  const bool is_long = layout.high_bits != hw::HighBits::none;
  switch (layout.granule) {
    case hw::Granule::kib4:
      return is_long ? Levels{-1, 0} : Levels{0, 1};
    case hw::Granule::kib16:
      return is_long ? Levels{0, 1} : Levels{1, 2};
    case hw::Granule::kib64:
      return is_long ? Levels{1, 1} : Levels{1, 2};
  }
  return {};
}

}  // namespace bulkhead::qemu
