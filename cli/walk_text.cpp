#include "cli/walk_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "cli/field_number.hpp"
#include "cli/walk_setting_text.hpp"

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

std::string leaf_words(Word<Concrete> leaf, uint64_t address, int level, const hw::Stage2& stage2) {
  const std::string shareability = stage2.one_shareability ? fmt::format("SH0 {:#04b}", stage2.shareability)
                                                           : fmt::format("SH {:#04b}", field_number<hw::s2::SH>(leaf));
  return fmt::format("{} at {:#x}, MemAttr {:#06b}, S2AP {:#04b}, {}, AF {}, DBM {}, Contiguous {}, XN {:#04b}",
                     level == hw::last_level ? "page" : "block",
                     address & ~low_mask(hw::span_bits(stage2.granule, level)), field_number<hw::s2::MemAttr>(leaf),
                     field_number<hw::s2::S2AP>(leaf), shareability, field_number<hw::s2::AF>(leaf),
                     field_number<hw::s2::DBM>(leaf), field_number<hw::s2::Contiguous>(leaf),
                     field_number<hw::s2::XN>(leaf));
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

/// Which entry of a table of the level an address selects.
uint64_t index_of_entry(Ipa<Concrete> address, const hw::Stage2& stage2, int level) {
  const bool is_first = level == stage2.start_level;
  const unsigned count = is_first ? stage2.initial_index_bits() : hw::level_bits(stage2.granule);
  return raw(address) >> hw::span_bits(stage2.granule, level) & low_mask(count);
}

void say_lookups(Text to, const std::vector<Lookup>& lookups, const hw::Stage2& stage2, Ipa<Concrete> address) {
  int level = stage2.start_level;
  for (const Lookup& lookup : lookups) {
    const uint64_t index = index_of_entry(address, stage2, level);
    fmt::format_to(to, "  level {}: table {:#x}, entry {}, word {:#x}: {} (D8.3.1)\n", level,
                   lookup.address - 8 * index, index, lookup.word, entry_words(lookup.word, level, stage2));
    ++level;
  }
}

/// Which address is beyond the output size. The last entry read, if any, led there.
std::string beyond_words(const WalkCase& of, const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2,
                         const std::vector<Lookup>& lookups) {
  if (lookups.empty()) {
    return fmt::format("the base {:#x}", raw(hw::initial_table<Concrete>(stage2, of.registers.vttbr)));
  }
  const Word<Concrete> last(lookups.back().word);
  if (!hw::is_table<Concrete>(last, result.level)) { return fmt::format("the output {:#x}", raw(result.address)); }
  return fmt::format("the table {:#x}", raw(hw::address_in<Concrete>(last, stage2.granule, stage2.high_bits)));
}

/// What S2AP lacks; DBM would do for a write.
std::string permission_words(const hw::WalkResult<Concrete>& result, hw::AccessKind kind) {
  const bool write = hw::is_write(kind);
  const bool has_dbm = write && field_number<hw::s2::DBM>(result.leaf) == 1;
  return fmt::format("S2AP[{}] is 0, so no {}{} (D8.4.2)", write ? 1 : 0, write ? "write" : "read",
                     has_dbm ? ", and DBM does not count without HA and HD" : "");
}

/// Why there was no lookup, or how the last one ended.
std::string fault_words(const WalkCase& of, const WalkQuery& query, const hw::WalkResult<Concrete>& result,
                        const hw::Stage2& stage2, const std::vector<Lookup>& lookups) {
  switch (enumerator(result.fault)) {
    case hw::FaultKind::address_size:
      return fmt::format("address size fault: {} has more than {} bits (D8.2.3)",
                         beyond_words(of, result, stage2, lookups), stage2.pa_bits);
    case hw::FaultKind::translation:
      if (!lookups.empty() || !stage2.consistent) { return "translation fault (D8.3.1)"; }
      return fmt::format("translation fault: the address has more than {} bits (D8.2)", stage2.ipa_bits);
    case hw::FaultKind::access_flag:
      return "access flag fault: AF is 0 (D8.5.1)";
    case hw::FaultKind::permission:
      return "permission fault: " + permission_words(result, query.kind);
    case hw::FaultKind::none:
      return "no fault";
  }
  throw Fault("a fault has a kind");
}

/// One half, outer or inner, of a Normal type: those that stage 1, off, and stage 2 give together.
std::string_view cacheability_words(unsigned half) {
  switch (half) {
    case 0b0100:
      return "Non-cacheable";
    case 0b1011:
      return "Write-Through";
    case 0b1111:
      return "Write-Back";
    default:
      throw Fault("a Normal type is one that stage 2 can give");
  }
}

/// A memory type in the encoding of MAIR_ELx.
std::string type_words(uint8_t type) {
  constexpr std::array<std::string_view, 4> devices = {"nGnRnE", "nGnRE", "nGRE", "GRE"};
  if (hw::mair::is_device(type)) { return fmt::format("Device-{}", devices.at(type >> 2 & 3U)); }
  const auto outer = cacheability_words(type >> 4U);
  const auto inner = cacheability_words(type & 0xFU);
  return outer == inner ? fmt::format("Normal {}", outer) : fmt::format("Normal outer {}, inner {}", outer, inner);
}

/// Why a page may be written although S2AP does not say so, or was taken as accessed.
std::string hardware_words(const hw::WalkResult<Concrete>& result) {
  std::string text;
  if (field_number<hw::s2::AF>(result.leaf) == 0) { text += ", AF set by hardware (HA)"; }
  const bool own_write = (field_number<hw::s2::S2AP>(result.leaf) & 0b10) != 0;
  if (result.writable && !own_write) { text += ", write by DBM (HA, HD)"; }
  return text;
}

void say_translation(Text to, const hw::WalkResult<Concrete>& result, const hw::Stage2& stage2,
                     const hw::MemoryControls& controls) {
  const auto attributes = hw::memory_attributes(result, stage2, controls);
  fmt::format_to(to, "  output {:#x}: {}{}, execution at EL1 {}, at EL0 {}{} (D8.4.2)\n", raw(result.address),
                 result.readable ? "read" : "no read", result.writable ? ", write" : ", no write",
                 result.executable_el1 ? "yes" : "no", result.executable_el0 ? "yes" : "no", hardware_words(result));
  fmt::format_to(to, "  stage 1, off, gives {}; with DC {:d}, FWB {:d}, CD {:d} it comes to ",
                 controls.default_cacheable ? "Normal Write-Back, Non-shareable" : "Device-nGnRnE, Outer Shareable",
                 controls.default_cacheable, controls.force_write_back, controls.cache_disabled);
  fmt::format_to(to, "{} ({:#04x}), {} (D8.6.6)\n", type_words(attributes.type), attributes.type,
                 shareability_words(attributes.shareability));
}

/// The fields of a PAR_EL1 that reports a fault.
std::string par_words(hw::ParEl1<Concrete> par) {
  if (field_number<hw::par_el1::F>(par) == 0) { return "F 0"; }
  return fmt::format("F 1, FST {:#08b}, stage {}", field_number<hw::par_el1::FST>(par),
                     field_number<hw::par_el1::S>(par) + 1);
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
  hw::ParEl1<Concrete> par;
  if (hw::is_refused_by_stage1(query.address, of.features)) {
    par = hw::address_translation(of.registers, of.features, query.address, query.kind, read);
    fmt::format_to(to, "  stage 1, off, address size fault: the address has more than {} bits (D8.2.12)\n",
                   of.features.pa_bits);
  } else {
    const auto result = hw::walk<Concrete>(stage2, of.registers.vttbr, query.address, query.kind, read);
    const auto controls = hw::memory_controls(of.registers.hcr, of.features);
    par = hw::par_of(result, stage2, controls);
    text += explain_setting(of, stage2);
    say_lookups(to, lookups, stage2, query.address);
    if (result.succeeded()) {
      say_translation(to, result, stage2, controls);
    } else {
      fmt::format_to(to, "  level {} {}\n", result.level, fault_words(of, query, result, stage2, lookups));
    }
  }
  fmt::format_to(to, "  PAR_EL1 {:#018x}: {} (D24.2)\n", raw(par), par_words(par));
  return text;
}

}  // namespace bulkhead::cli
