#include "tests/qemu/demands.hpp"

#include "tests/qemu/layout.hpp"

namespace bulkhead::qemu {
namespace {

constexpr uint64_t translation = 0b000100;
constexpr uint64_t address_size = 0b000000;

/// A fault of stage 2 at a level from 0 on, or at level -1.
Demand fault(uint64_t kind, int level) {
  const uint64_t below = kind == translation ? 0b101011 : 0b101001;
  const uint64_t code = level < 0 ? below : kind | static_cast<uint64_t>(level);
  return {~uint64_t{0}, 1 | code << 1 | 1 << 9 | 1 << 11};
}

/// Address bits that QEMU ignores if PS is below 52 bits.
uint64_t high_bits_of(uint64_t word, hw::HighBits place) {
  switch (place) {
    case hw::HighBits::none:
      return 0;
    case hw::HighBits::of_ds:
      return word & 0x300;
    case hw::HighBits::of_64kib:
      return word & 0xF000;
  }
  return 0;
}

/// A table, a page or a block that QEMU takes and the architecture does not.
std::optional<Demand> demand_of(const Visit& visit, const hw::Stage2& stage2) {
  if ((visit.word & 1) == 0) { return std::nullopt; }
  if ((visit.word & 2) == 0) {
    if (visit.level == 3) { return std::nullopt; }
    if (visit.level < levels_of({stage2.granule, stage2.high_bits}).first_block) {
      return fault(translation, visit.level);
    }
  }
  const bool is_beyond = stage2.pa_bits < 52 && high_bits_of(visit.word, stage2.high_bits) != 0;
  return is_beyond ? std::optional(fault(address_size, visit.level)) : std::nullopt;
}

constexpr uint64_t device = 0x00;
constexpr uint64_t non_cacheable = 0x44;
constexpr uint64_t write_back = 0xFF;

/// The type that FWB makes of MemAttr, where stage 1 is Write-Back with DC and Device-nGnRnE without.
uint64_t forced_type(uint64_t memattr, bool dc) {
  switch (memattr & 0b111) {
    case 0b110:
      return write_back;
    case 0b111:
      return dc ? write_back : device;
    case 0b100:  // reserved: as 0b101
    case 0b101:
      return dc ? non_cacheable : device;
    default:
      return dc ? (memattr & 0b11) << 2 : device;
  }
}

/// With DC stage 1 is Non-shareable, so the wider one is that of stage 2; without it is Outer Shareable.
uint64_t shareability(uint64_t type, uint64_t sh, bool dc) {
  constexpr uint64_t outer = 0b10;
  if (type != write_back || !dc) { return outer; }
  return sh == 0b01 ? 0b00 : sh;
}

Demand attributes_with_fwb(const hw::Registers& registers, const hw::Stage2& stage2, uint64_t leaf) {
  const uint64_t hcr = raw(registers.hcr);
  const bool dc = (hcr & hw::hcr_el2::DC::mask) != 0;
  uint64_t type = forced_type(leaf >> 2 & 0b1111, dc);
  if (type == write_back && (hcr & hw::hcr_el2::CD::mask) != 0) { type = non_cacheable; }
  const bool ds = stage2.high_bits == hw::HighBits::of_ds;
  const uint64_t sh = ds ? raw(registers.vtcr) >> 12 & 0b11 : leaf >> 8 & 0b11;
  return {uint64_t{0xFF} << 56 | 0b11 << 7, type << 56 | shareability(type, sh, dc) << 7};
}

}  // namespace

std::optional<Demand> demand_on(const hw::Registers& registers, const hw::Features& features, const Opinion& expected) {
  const hw::Stage2& stage2 = expected.stage2;
  if (expected.visits.empty()) { return std::nullopt; }
  if (stage2.high_bits == hw::HighBits::of_ds && stage2.pa_bits < 52 && (raw(registers.vttbr) & 0b111100) != 0) {
    // The base is out of range; or, in [5:4] of a table below 64 bytes, another one.
    return fault(address_size, 0);
  }
  if (stage2.high_base && stage2.initial_index_bits() < 3) { return std::nullopt; }
  for (const Visit& visit : expected.visits) {
    if (const auto demand = demand_of(visit, stage2)) { return demand; }
  }
  const bool is_forced = features.fwb && (raw(registers.hcr) & hw::hcr_el2::FWB::mask) != 0;
  if (!is_forced || (expected.answer & 1) != 0 || exception_of(expected.answer)) { return std::nullopt; }
  return attributes_with_fwb(registers, stage2, expected.visits.back().word);
}

}  // namespace bulkhead::qemu
