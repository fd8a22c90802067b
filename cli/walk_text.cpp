#include "cli/walk_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace bulkhead::cli {
namespace {

using Text = std::back_insert_iterator<std::string>;

/// One entry that the walk read.
struct Lookup {
  uint64_t table;  ///< PA of the frame that the entry is in
  uint64_t index;  ///< of the entry in the frame
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

void say_registers(Text to, const WalkCase& of, const hw::Stage2& stage2) {
  const auto vtcr = of.registers.vtcr;
  const auto vttbr = of.registers.vttbr;
  fmt::format_to(
      to, "  VTCR_EL2 {:#x}: T0SZ {} ({}-bit IPA), SL0 {} (start at level {}), TG0 {} (4 KiB), PS {} ({}-bit PA)",
      raw(vtcr), get<hw::vtcr_el2::T0SZ>(vtcr), stage2.ipa_bits, get<hw::vtcr_el2::SL0>(vtcr), stage2.start_level,
      get<hw::vtcr_el2::TG0>(vtcr), get<hw::vtcr_el2::PS>(vtcr), stage2.pa_bits);
  fmt::format_to(to, " (D8.2)\n  VTTBR_EL2 {:#x}: VMID {}, base {:#x}\n", raw(vttbr), get<hw::vttbr_el2::VMID>(vttbr),
                 raw(vttbr) & hw::vttbr_el2::BADDR::mask);
  if (!stage2.consistent) {
    fmt::format_to(to, "  T0SZ and SL0 do not fit each other or the CPU (D8.2.2)\n");
  } else if (stage2.initial_index_bits() > index_bits) {
    fmt::format_to(to, "  {} initial tables lie one behind the other (D8.2.2)\n",
                   1U << (stage2.initial_index_bits() - index_bits));
  }
}

std::string entry_words(uint64_t word, unsigned level) {
  const Word<Concrete> entry(word);
  if (hw::is_table<Concrete>(entry, level)) {
    return fmt::format("table at {:#x}", raw(address_of(hw::output_frame<Concrete>(entry))));
  }
  if (!hw::is_leaf<Concrete>(entry, level)) {
    return hw::is_valid<Concrete>(entry) ? "reserved, so invalid" : "invalid";
  }
  return fmt::format("{} at {:#x}, MemAttr {:#06b}, S2AP {:#04b}, SH {:#04b}, AF {}, DBM {}, XN {:#04b}",
                     level == leaf_level ? "page" : "block",
                     raw(address_of(hw::output_frame<Concrete>(entry))) & ~(span_mask(level) << page_shift),
                     get<hw::s2::MemAttr>(entry), get<hw::s2::S2AP>(entry), get<hw::s2::SH>(entry),
                     get<hw::s2::AF>(entry), get<hw::s2::DBM>(entry), get<hw::s2::XN>(entry));
}

void say_lookups(Text to, const std::vector<Lookup>& lookups, unsigned start_level) {
  unsigned level = start_level;
  for (const Lookup& lookup : lookups) {
    fmt::format_to(to, "  level {}: table {:#x}, entry {}, word {:#x}: {} (D8.3.1)\n", level, lookup.table,
                   lookup.index, lookup.word, entry_words(lookup.word, level));
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

void say_translation(Text to, const hw::WalkResult<Concrete>& result, const hw::MemoryControls& controls,
                     Ipa<Concrete> address) {
  const auto attributes = hw::memory_attributes(result, controls);
  fmt::format_to(to, "  output {:#x}: {}{}, execution at EL1 {}, at EL0 {} (D8.4.2)\n",
                 raw(address_of(result.frame)) | (raw(address) & low_mask(page_shift)),
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
  const auto read = [&](Frame<Concrete> frame, Index<Concrete> index) {
    const Word<Concrete> word = of.memory(frame, index);
    lookups.push_back({raw(address_of(frame)), raw(index), raw(word)});
    return word;
  };
  fmt::format_to(to, "{}: {:#x}, {}\n", json::quoted(of.id), raw(query.address), access_words(query.kind));
  if (hw::is_refused_by_stage1(query.address, of.features)) {
    fmt::format_to(to, "  stage 1, off, address size fault: the address has more than {} bits (D8.2.12)\n",
                   of.features.pa_bits);
  } else {
    const auto result = hw::walk<Concrete>(stage2, of.registers.vttbr, query.address, query.kind, read);
    say_registers(to, of, stage2);
    say_lookups(to, lookups, stage2.start_level);
    if (result.succeeded()) {
      say_translation(to, result, hw::memory_controls(of.registers.hcr, of.features), query.address);
    } else {
      say_fault(to, result, stage2, !lookups.empty());
    }
  }
  const auto par = hw::address_translation(of.registers, of.features, query.address, query.kind, of.memory);
  fmt::format_to(to, "  PAR_EL1 {:#018x} (D24.2)\n", raw(par));
  return text;
}

}  // namespace bulkhead::cli
