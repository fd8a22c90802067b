#include "tests/qemu/setting.hpp"

#include <algorithm>
#include <vector>

#include "tests/qemu/layout.hpp"

namespace bulkhead::qemu {
namespace {

/// What the fields of VTCR_EL2 that must fit each other are to be.
struct Plan {
  Geometry geometry;
  int start_level;
  unsigned ipa_bits;
  unsigned ps;
};

hw::Granule random_granule(Random& random, const hw::Features& features) {
  std::vector<hw::Granule> present;
  if (features.granule_4k) { present.push_back(hw::Granule::kib4); }
  if (features.granule_16k) { present.push_back(hw::Granule::kib16); }
  if (features.granule_64k) { present.push_back(hw::Granule::kib64); }
  return present[random.below(present.size())];
}

Form random_form(Random& random, hw::Granule granule, const hw::Features& features) {
  if (granule == hw::Granule::kib64) { return features.pa_bits == 52 ? Form::bits_52_with_64k : Form::bits_48; }
  return features.lpa2 && random.chance(60) ? Form::bits_52_with_ds : Form::bits_48;
}

/// The highest level that a walk can start at.
int highest_level(const Geometry& geometry) {
  const bool ds = geometry.form == Form::bits_52_with_ds;
  switch (geometry.granule) {
    case hw::Granule::kib4:
      return ds ? -1 : 0;
    case hw::Granule::kib16:
      return ds ? 0 : 1;
    case hw::Granule::kib64:
      return 1;
  }
  return 3;
}

/// A size that the level resolves with 1 to 16 tables, often the least or the most that there is.
unsigned random_ipa_bits(Random& random, const Geometry& geometry, int level, const hw::Features& features) {
  const unsigned most_of_cpu = std::min(geometry.address_bits(), features.pa_bits);
  const unsigned least = std::max(geometry.shift(level) + 1, features.ttst ? 16U : 25U);
  const unsigned most = std::max(least, std::min(geometry.shift(level) + geometry.stride() + 4, most_of_cpu));
  if (random.chance(30)) { return least; }
  // QEMU 7.2 starts at level -1 for the most bits alone.
  return random.chance(level < 0 ? 70 : 30) ? most : random.between(least, most);
}

/// Mostly one that the tables and what they lead to have room in.
unsigned random_ps(Random& random, unsigned ipa_bits) {
  if (random.chance(30)) { return static_cast<unsigned>(random.below(8)); }
  unsigned least = 0;
  while (sizes_of_ps[least] < ipa_bits) { ++least; }
  return random.between(least, 7U);
}

Plan random_plan(Random& random, const hw::Features& features) {
  const hw::Granule granule = random_granule(random, features);
  const Geometry geometry{granule, random_form(random, granule, features)};
  const int level = random.between(highest_level(geometry), 3);
  const unsigned ipa_bits = random_ipa_bits(random, geometry, level, features);
  return {geometry, level, ipa_bits, random_ps(random, ipa_bits)};
}

unsigned tg0_of(hw::Granule granule) {
  switch (granule) {
    case hw::Granule::kib4:
      return 0b00;
    case hw::Granule::kib16:
      return 0b10;
    case hw::Granule::kib64:
      return 0b01;
  }
  return 0;
}

/// SL0 and, in bit 2, SL2.
unsigned sl_of(hw::Granule granule, int level) {
  if (granule != hw::Granule::kib4) { return static_cast<unsigned>(3 - level); }
  constexpr std::array<unsigned, 5> of_level = {0b100, 0b10, 0b01, 0b00, 0b11};
  return of_level[static_cast<unsigned>(level + 1)];
}

uint64_t vtcr_of(const Plan& plan) {
  const unsigned sl = sl_of(plan.geometry.granule, plan.start_level);
  return hw::vtcr_el2::T0SZ::of(64 - plan.ipa_bits) | hw::vtcr_el2::SL0::of(sl & 3) | hw::vtcr_el2::SL2::of(sl >> 2) |
         hw::vtcr_el2::TG0::of(tg0_of(plan.geometry.granule)) | hw::vtcr_el2::PS::of(plan.ps) |
         hw::vtcr_el2::DS::of(plan.geometry.form == Form::bits_52_with_ds ? 1 : 0);
}

/// T0SZ for one bit less than the level resolves, or one more than 16 tables of it do.
uint64_t one_beyond(Random& random, const Plan& plan) {
  const unsigned least = plan.geometry.shift(plan.start_level) + 1;
  const unsigned most = least + plan.geometry.stride() - 1 + 4;
  return hw::vtcr_el2::T0SZ::of(64 - (random.chance(50) ? least - 1 : most + 1));
}

/// A field of VTCR_EL2 that no longer fits, or does by chance.
uint64_t contradict(Random& random, uint64_t vtcr, const Plan& plan) {
  const auto replace = [&](uint64_t mask) { return (vtcr & ~mask) | (random.bits() & mask); };
  switch (random.below(10)) {
    case 0:
      return replace(hw::vtcr_el2::T0SZ::mask);
    case 1:
      return (vtcr & ~hw::vtcr_el2::T0SZ::mask) | ((vtcr + random.pick({1U, 63U})) & hw::vtcr_el2::T0SZ::mask);
    case 2:
      return replace(hw::vtcr_el2::SL0::mask | hw::vtcr_el2::SL2::mask);
    case 3:
      return replace(hw::vtcr_el2::TG0::mask);
    case 4:
      return vtcr ^ hw::vtcr_el2::DS::mask;
    case 6:
    case 7:
    case 8:
      return (vtcr & ~hw::vtcr_el2::T0SZ::mask) | one_beyond(random, plan);
    case 5:
      // As if from level -1, but for SL0.
      return (replace(hw::vtcr_el2::SL0::mask) & ~hw::vtcr_el2::T0SZ::mask) | hw::vtcr_el2::T0SZ::of(12) |
             hw::vtcr_el2::DS::mask | hw::vtcr_el2::SL2::mask;
    default:
      return replace(hw::vtcr_el2::T0SZ::mask | hw::vtcr_el2::SL0::mask | hw::vtcr_el2::TG0::mask);
  }
}

/// Fields that decide nothing for a data access, and those that decide one thing each: IRGN0, ORGN0, SH0, VS, HA, HD,
/// HWU59 to HWU62, NSW, NSA and the bit that is RES1.
uint64_t free_fields(Random& random) {
  constexpr uint64_t hints = 0x3F00 | 0xF << 25 | uint64_t{7} << 29;
  constexpr uint64_t controls = hw::vtcr_el2::VS::mask | hw::vtcr_el2::HA::mask | hw::vtcr_el2::HD::mask;
  return random.bits() & (hints | controls);
}

/// VM, or DC which implies it. FWB and CD at random.
uint64_t random_hcr(Random& random) {
  const uint64_t on = random.chance(85) ? hw::hcr_el2::VM::mask : hw::hcr_el2::DC::mask;
  uint64_t hcr = on | hcr_rw;
  if (random.chance(40)) { hcr |= hw::hcr_el2::DC::mask; }
  if (random.chance(50)) { hcr |= hw::hcr_el2::FWB::mask; }
  if (random.chance(20)) { hcr |= hw::hcr_el2::CD::mask; }
  return hcr;
}

}  // namespace

Setting random_setting(Random& random, const hw::Features& features) {
  const Plan plan = random_plan(random, features);
  uint64_t vtcr = vtcr_of(plan) | free_fields(random);
  if (random.chance(16)) { vtcr = contradict(random, vtcr, plan); }
  return {.vtcr = vtcr,
          .hcr = random_hcr(random),
          .geometry = plan.geometry,
          .start_level = plan.start_level,
          .ipa_bits = plan.ipa_bits,
          .pa_bits = std::min({sizes_of_ps[plan.ps], features.pa_bits, plan.geometry.address_bits()})};
}

}  // namespace bulkhead::qemu
