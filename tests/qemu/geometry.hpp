#pragma once

#include <cstdint>

#include "hw/stage2.hpp"

/// Levels and addresses of a translation table as the generator of cases writes them. It has its own words for what
/// the model reads: a case is aimed by these and judged by the model.
namespace bulkhead::qemu {

/// Which 52-bit form a descriptor and a table base have.
enum class Form : uint8_t { bits_48, bits_52_with_ds, bits_52_with_64k };

struct Geometry {
  hw::Granule granule;
  Form form;

  /// log2 of the granule's size.
  constexpr unsigned page_bits() const {
    switch (granule) {
      case hw::Granule::kib4:
        return 12;
      case hw::Granule::kib16:
        return 14;
      case hw::Granule::kib64:
        return 16;
    }
    return 0;
  }
  /// How many address bits a level resolves.
  constexpr unsigned stride() const { return page_bits() - 3; }
  /// The address bits below those that a level resolves.
  constexpr unsigned shift(int level) const { return page_bits() + stride() * static_cast<unsigned>(3 - level); }
  constexpr unsigned address_bits() const { return form == Form::bits_48 ? 48 : 52; }

  /// The address in its place in a descriptor; bits that have no place are dropped.
  constexpr uint64_t in_descriptor(uint64_t address) const {
    const uint64_t page = ~uint64_t{0} << page_bits();
    switch (form) {
      case Form::bits_48:
        return address & page & 0x0000FFFFFFFFFFFF;
      case Form::bits_52_with_ds:
        return (address & page & 0x0003FFFFFFFFFFFF) | (address >> 50 & 3) << 8;
      case Form::bits_52_with_64k:
        return (address & page & 0x0000FFFFFFFFFFFF) | (address >> 48 & 0xF) << 12;
    }
    return 0;
  }
  /// The bits of a descriptor that hold its address.
  constexpr uint64_t address_mask() const { return in_descriptor(~uint64_t{0}); }
  /// The address as the base in VTTBR_EL2: bits [51:48] come as [5:2] where there are 52.
  constexpr uint64_t in_base(uint64_t address) const {
    const uint64_t low = address & 0x0000FFFFFFFFFFFF;
    return form == Form::bits_48 ? low : low | (address >> 48 & 0xF) << 2;
  }
};

}  // namespace bulkhead::qemu
