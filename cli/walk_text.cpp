#include "cli/walk_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace bulkhead::cli {
namespace {

using Text = std::back_insert_iterator<std::string>;

/// One entry that the walk read.
struct Lookup {
  uint64_t address;  ///< PA of the entry
  uint64_t word;
};

std::string_view access_words(hw::AccessKind kind) {
  switch (kind) {
    case hw::AccessKind::read_el1:
      return "read by EL1";
    case hw::AccessKind::write_el1:
      return "write by EL1";
    case hw::AccessKind::read_el0:
      return "read by EL0";
    case hw::AccessKind::write_el0:
      return "write by EL0";
  }
  throw Fault("an access has a kind");
}

std::string_view fault_words(hw::FaultKind fault) {
  switch (fault) {
    case hw::FaultKind::address_size:
      return "address size fault: the address has more bits than VTCR_EL2.PS allows (D8.2.3)";
    case hw::FaultKind::translation:
      return "translation fault (D8.3.1)";
    case hw::FaultKind::access_flag:
      return "access flag fault: AF is 0 (D8.5.1)";
    case hw::FaultKind::permission:
      return "permission fault: S2AP does not allow it (D8.4.2)";
    case hw::FaultKind::none:
      return "no fault";
  }
  throw Fault("a fault has a kind");
}

std::string_view shareability_words(hw::Shareability shareability) {
  switch (shareability) {
    case hw::Shareability::non:
      return "Non-shareable";
    case hw::Shareability::outer:
      return "Outer Shareable";
    case hw::Shareability::inner:
      return "Inner Shareable";
  }
  throw Fault("a shareability has a name");
}

template <class F, class Register>
uint64_t get(Value<Concrete, Register> word) {
  return raw(F::get(word));
}

unsigned kib_of(hw::Granule granule) { return 1U << (hw::granule_shift(granule) - 10); }

/// T0SZ, SL0 and SL2 do not name a walk: why.
std::string misfit_words(hw::Misfit misfit, const hw::Stage2& stage2) {
  const unsigned below = hw::span_bits(stage2.granule, stage2.start_level);
  switch (misfit) {
    case hw::Misfit::none:
      return "";
    case hw::Misfit::input_size:
      return fmt::format("the CPU has no IPA of {} bits with this granule (D8.2.2)", stage2.ipa_bits);
    case hw::Misfit::start_level:
      return "SL0 and SL2 name no level that the CPU starts at with this granule (D8.2.2)";
    case hw::Misfit::tables:
      return fmt::format("1 to 16 tables of level {} resolve an IPA of {} to {} bits, not of {} (D8.2.2)",
                         stage2.start_level, below + 1, below + hw::level_bits(stage2.granule) + 4, stage2.ipa_bits);
  }
  throw Fault("a misfit has a kind");
}

std::string start_words(const hw::Stage2& stage2, uint64_t sl0) {
  const std::string sl2 = stage2.one_shareability ? fmt::format(", SL2 {:d}", stage2.start_level < 0) : "";
  return fmt::format("SL0 {}{} (start at level {})", sl0, sl2, stage2.start_level);
}

void say_registers(Text to, const WalkCase& of, const hw::Stage2& stage2) {
  const auto vtcr = of.registers.vtcr;
  const auto vttbr = of.registers.vttbr;
  fmt::format_to(to, "  VTCR_EL2 {:#x}: T0SZ {} ({}-bit IPA), {}, TG0 {} ({} KiB), PS {} ({}-bit PA)", raw(vtcr),
                 get<hw::vtcr_el2::T0SZ>(vtcr), stage2.ipa_bits, start_words(stage2, get<hw::vtcr_el2::SL0>(vtcr)),
                 get<hw::vtcr_el2::TG0>(vtcr), kib_of(stage2.granule), get<hw::vtcr_el2::PS>(vtcr), stage2.pa_bits);
  fmt::format_to(to, "{} (D8.2)\n  VTTBR_EL2 {:#x}: VMID {}, ", stage2.one_shareability ? ", DS 1" : "", raw(vttbr),
                 get<hw::vttbr_el2::VMID>(vttbr));
  const auto misfit = hw::misfit_of(vtcr, of.features);
  if (misfit != hw::Misfit::none) {
    fmt::format_to(to, "base not used\n  {}\n", misfit_words(misfit, stage2));
    return;
  }
  fmt::format_to(to, "base {:#x}\n", raw(hw::initial_table<Concrete>(stage2, vttbr)));
  const unsigned one_table = hw::level_bits(stage2.granule);
  if (stage2.initial_index_bits() > one_table) {
    fmt::format_to(to, "  {} initial tables lie one behind the other (D8.2.2)\n",
                   1U << (stage2.initial_index_bits() - one_table));
  }
}

std::string leaf_words(Word<Concrete> leaf, uint64_t address, int level, const hw::Stage2& stage2) {
  const std::string shareability = stage2.one_shareability ? fmt::format("SH0 {:#04b}", stage2.shareability)
                                                           : fmt::format("SH {:#04b}", get<hw::s2::SH>(leaf));
  return fmt::format("{} at {:#x}, MemAttr {:#06b}, S2AP {:#04b}, {}, AF {}, DBM {}, XN {:#04b}",
                     level == hw::last_level ? "page" : "block",
                     address & ~low_mask(hw::span_bits(stage2.granule, level)), get<hw::s2::MemAttr>(leaf),
                     get<hw::s2::S2AP>(leaf), shareability, get<hw::s2::AF>(leaf), get<hw::s2::DBM>(leaf),
                     get<hw::s2::XN>(leaf));
}

std::string entry_words(uint64_t word, int level, const hw::Stage2& stage2) {
  const Word<Concrete> entry(word);
  const uint64_t address = raw(hw::address_in<Concrete>(entry, stage2.granule, stage2.high_bits));
  if (hw::is_table<Concrete>(entry, level)) { return fmt::format("table at {:#x}", address); }
  if (hw::is_leaf<Concrete>(entry, level, stage2.has_blocks_at(level))) {
    return leaf_words(entry, address, level, stage2);
  }
  if (!hw::is_valid<Concrete>(entry)) { return "invalid"; }
  return level == hw::last_level ? "reserved, so invalid" : "a block, which this level cannot have, so invalid";
}

void say_lookups(Text to, const std::vector<Lookup>& lookups, const hw::Stage2& stage2) {
  int level = stage2.start_level;
  for (const Lookup& lookup : lookups) {
    const uint64_t in_table = low_mask(hw::granule_shift(stage2.granule));
    fmt::format_to(to, "  level {}: table {:#x}, entry {}, word {:#x}: {} (D8.3.1)\n", level,
                   lookup.address & ~in_table, (lookup.address & in_table) >> 3, lookup.word,
                   entry_words(lookup.word, level, stage2));
    ++level;
  }
}

/// Why there was no lookup, or how the last one ended.
void say_fault(Text to, const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2, bool looked_up) {
  const auto fault = enumerator(result.fault);
  if (looked_up || fault == hw::FaultKind::address_size || !stage2.consistent) {
    fmt::format_to(to, "  level {} {}\n", result.level, fault_words(fault));
  } else {
    fmt::format_to(to, "  level 0 translation fault: the address has more than {} bits (D8.2)\n", stage2.ipa_bits);
  }
}

void say_translation(Text to, const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2,
                     const hw::MemoryControls& controls) {
  const auto attributes = hw::memory_attributes(result, stage2, controls);
  fmt::format_to(to, "  output {:#x}: {}{}, execution at EL1 {}, at EL0 {} (D8.4.2)\n", raw(result.address),
                 result.readable ? "read" : "no read", result.writable ? ", write" : ", no write",
                 result.executable_el1 ? "yes" : "no", result.executable_el0 ? "yes" : "no");
  fmt::format_to(to, "  memory type {:#04x}, {}, with DC {:d}, FWB {:d}, CD {:d} (D8.6.6)\n", attributes.type,
                 shareability_words(attributes.shareability), controls.default_cacheable, controls.force_write_back,
                 controls.cache_disabled);
}

}  // namespace

std::string explain(const WalkCase& of, const WalkQuery& query) {
  std::string text;
  const Text to(text);
  const hw::Stage2 stage2 = hw::stage2_of(of.registers.vtcr, of.features);
  std::vector<Lookup> lookups;
  const auto read = [&](Pa<Concrete> pa) {
    const Word<Concrete> word = of.memory(pa);
    lookups.push_back({raw(pa), raw(word)});
    return word;
  };
  fmt::format_to(to, "{}: {:#x}, {}\n", json::quoted(of.id), raw(query.address), access_words(query.kind));
  if (hw::is_refused_by_stage1(query.address, of.features)) {
    fmt::format_to(to, "  stage 1, off, address size fault: the address has more than {} bits (D8.2.12)\n",
                   of.features.pa_bits);
  } else {
    const auto result = hw::walk<Concrete>(stage2, of.registers.vttbr, query.address, query.kind, read);
    say_registers(to, of, stage2);
    say_lookups(to, lookups, stage2);
    if (result.succeeded()) {
      say_translation(to, result, stage2, hw::memory_controls(of.registers.hcr, of.features));
    } else {
      say_fault(to, result, stage2, !lookups.empty());
    }
  }
  const auto par = hw::address_translation(of.registers, of.features, query.address, query.kind, of.memory);
  fmt::format_to(to, "  PAR_EL1 {:#018x} (D24.2)\n", raw(par));
  return text;
}

}  // namespace bulkhead::cli
