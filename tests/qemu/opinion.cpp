#include "tests/qemu/opinion.hpp"

#include <algorithm>
#include <utility>

#include "tests/qemu/layout.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

/// A walk read what is not RAM.
struct NotMemory {
  int level;
  bool is_device;
};

constexpr uint64_t abort_mark = uint64_t{0xFFFFFFFF} << 32;

/// ESR_EL2 of a synchronous external abort on a walk that an AT instruction of EL2 takes: EC Data Abort without a
/// change of Exception level, IL, CM and WnR as for an address translation instruction (DDI 0487 D24.2).
uint64_t external_abort(int level) {
  const uint64_t code = level < 0 ? 0b010011 : 0b010100 | static_cast<uint64_t>(level);
  return abort_mark | uint64_t{0x25} << 26 | 1 << 25 | 1 << 8 | 1 << 6 | code;
}

/// What QEMU compares sizes with: the CPU, cut to VTCR_EL2.PS.
hw::Features cut_to(uint64_t ps, hw::Features features) {
  features.pa_bits = std::min(sizes_of_ps[ps], features.pa_bits);
  return features;
}

/// The levels where the architecture has no blocks, as in `Stage2::block_levels`. It has some at the others, whatever
/// the model says.
unsigned levels_without_blocks(const hw::Stage2& stage2) {
  const Levels levels = levels_of({stage2.granule, stage2.high_bits});
  return (1U << (levels.first_block + 1)) - 1;
}

hw::Stage2 read_vtcr(const hw::Registers& registers, const hw::Features& features, Departures departures) {
  hw::Stage2 stage2 = hw::stage2_of(registers.vtcr, features);
  const bool ds = stage2.high_bits == hw::HighBits::of_ds;
  const uint64_t ps = raw(hw::vtcr_el2::PS::get(registers.vtcr));
  if (departures.has(Departure::size_against_ps)) {
    stage2.consistent = stage2.consistent && hw::stage2_of(registers.vtcr, cut_to(ps, features)).consistent;
  }
  // Only settings that the architecture takes: 49 bits and more from level -1, 48 and more from level 0 with 16 KiB.
  if (departures.has(Departure::level_minus_1_at_52_bits) && stage2.start_level < 0 && stage2.ipa_bits >= 49 &&
      stage2.ipa_bits != 52) {
    stage2.consistent = false;
  }
  if (departures.has(Departure::no_16k_level_0) && ds && stage2.granule == hw::Granule::kib16 &&
      stage2.start_level == 0 && stage2.ipa_bits >= 48) {
    stage2.consistent = false;
  }
  if (departures.has(Departure::block_at_any_level)) { stage2.block_levels |= levels_without_blocks(stage2); }
  return stage2;
}

hw::VttbrEl2<Concrete> read_vttbr(const hw::Registers& registers, const hw::Stage2& stage2, Departures departures) {
  uint64_t vttbr = raw(registers.vttbr);
  const bool ds = stage2.high_bits == hw::HighBits::of_ds;
  if (departures.has(Departure::narrow_base) && ds && stage2.pa_bits < 52) { vttbr &= ~hw::vttbr_el2::HighBADDR::mask; }
  return hw::VttbrEl2<Concrete>(vttbr);
}

/// The descriptor without the bits that QEMU ignores.
uint64_t seen(uint64_t word, const hw::Stage2& stage2, Departures departures) {
  if (!departures.has(Departure::narrow_output) || stage2.pa_bits == 52) { return word; }
  switch (stage2.high_bits) {
    case hw::HighBits::none:
      return word;
    case hw::HighBits::of_ds:
      return word & ~hw::s2::High51::mask;
    case hw::HighBits::of_64kib:
      return word & ~hw::s2::High15::mask;
  }
  return word;
}

/// Bits of VTTBR_EL2 that QEMU adds to the address of the first entry.
uint64_t low_base(const hw::Registers& registers, const hw::Stage2& stage2, Departures departures) {
  if (!departures.has(Departure::base_below_64_bytes) || !stage2.high_base) { return 0; }
  const uint64_t table = low_mask(std::min(stage2.initial_index_bits() + 3, 6U));
  return raw(registers.vttbr) & 0x3F & ~table;
}

bool is_cacheable(uint8_t type) { return !hw::mair::is_device(type) && type != hw::mair::normal_non_cacheable; }

/// What FWB makes of a leaf with the fields MemAttr and SH.
hw::MemoryAttributes forced(unsigned memattr, unsigned sh, hw::MemoryControls controls, Departures departures) {
  if (departures.has(Departure::fwb_reserved_is_device) && (memattr == 0b100 || memattr >= 0b1000)) {
    return {hw::mair::device_ngnrne, hw::Shareability::outer};
  }
  if (departures.has(Departure::fwb_device_of_stage2) && memattr < 0b100) {
    return {static_cast<uint8_t>(memattr << 2), hw::Shareability::outer};
  }
  if (departures.has(Departure::fwb_ignores_cd)) { controls.cache_disabled = false; }
  hw::MemoryAttributes attributes = hw::memory_attributes(memattr, sh, controls);
  if (departures.has(Departure::fwb_shareability_of_stage2) && is_cacheable(attributes.type)) {
    attributes.shareability = sh == 0b01 ? hw::Shareability::non : static_cast<hw::Shareability>(sh);
  }
  return attributes;
}

/// What memory a walk leads to.
hw::MemoryAttributes attributes_of(const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2,
                                   const hw::MemoryControls& controls, Departures departures) {
  if (!controls.force_write_back) { return hw::memory_attributes(result, stage2, controls); }
  const auto own = static_cast<unsigned>(raw(result.shareability()));
  return forced(static_cast<unsigned>(raw(result.memory_attribute())),
                stage2.one_shareability ? stage2.shareability : own, controls, departures);
}

uint64_t par_of(const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2, const hw::MemoryControls& controls,
                Departures departures) {
  const uint64_t par = raw(hw::par_of(result, stage2, controls));
  if (!result.succeeded()) { return par; }
  const hw::MemoryAttributes attributes = attributes_of(result, stage2, controls, departures);
  return (par & ~(hw::par_el1::ATTR::mask | hw::par_el1::SH::mask)) | hw::par_el1::ATTR::of(attributes.type) |
         hw::par_el1::SH::of(static_cast<uint64_t>(attributes.shareability));
}

Opinion refused(const hw::Registers& registers, const hw::Features& features, const Query& query) {
  const auto read_nothing = [](Pa<Concrete>) -> Word<Concrete> { throw Fault("no walk"); };
  const auto par = hw::address_translation(registers, features, Ipa<Concrete>(query.address), query.kind, read_nothing);
  return {.answer = raw(par), .is_refused_by_stage1 = true};
}

bool is_fault_of_leaf(const hw::WalkResult<Concrete>& result) {
  const hw::FaultKind fault = enumerator(result.fault);
  return fault == hw::FaultKind::access_flag || fault == hw::FaultKind::permission;
}

}  // namespace

Memory::Memory(const Case& of) {
  for (const Entry& entry : of.words) { words_.emplace(entry.pa, entry.word); }
}

uint64_t Memory::at(uint64_t pa) const {
  const auto found = words_.find(pa);
  return found == words_.end() ? 0 : found->second;
}

Opinion ask_model(const hw::Registers& registers, const hw::Features& features, const Memory& memory,
                  const Query& query, Departures departures) {
  const Ipa<Concrete> address(query.address);
  if (hw::is_refused_by_stage1(address, features)) { return refused(registers, features, query); }
  Opinion opinion{.stage2 = read_vtcr(registers, features, departures)};
  const hw::Stage2& stage2 = opinion.stage2;
  uint64_t base = low_base(registers, stage2, departures);
  const auto read = [&](Pa<Concrete> pa) {
    const int level = stage2.start_level + static_cast<int>(opinion.visits.size());
    const uint64_t at = raw(pa) | std::exchange(base, 0);
    if (!is_table_memory(at)) { throw NotMemory{level, !is_void(at)}; }
    opinion.visits.push_back({level, memory.at(at)});
    return Word<Concrete>(seen(memory.at(at), stage2, departures));
  };
  try {
    opinion.result = hw::walk<Concrete>(stage2, read_vttbr(registers, stage2, departures), address, query.kind, read);
    opinion.answer = par_of(opinion.result, stage2, hw::memory_controls(registers.hcr, features), departures);
    if (opinion.result.level < 0 && is_fault_of_leaf(opinion.result)) {
      opinion.obstacle = Obstacle::block_at_level_minus_1;
    }
  } catch (const NotMemory& place) {
    opinion.answer = external_abort(place.level);
    if (place.is_device) { opinion.obstacle = Obstacle::walk_of_devices; }
  }
  return opinion;
}

}  // namespace bulkhead::qemu
