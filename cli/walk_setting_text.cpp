#include "cli/walk_setting_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "cli/field_number.hpp"

namespace bulkhead::cli {
namespace {

using Text = std::back_insert_iterator<std::string>;

bool has_ds(const hw::Stage2& stage2) { return stage2.high_bits == hw::HighBits::of_ds; }

/// The sizes of IPA that the CPU takes with the granule and descriptors in use.
std::string sizes_allowed(const WalkCase& of) {
  unsigned least = 0;
  unsigned most = 0;
  for (unsigned bits = 1; bits < 64; ++bits) {
    const uint64_t rest = raw(of.registers.vtcr) & ~hw::vtcr_el2::T0SZ::mask;
    const hw::VtcrEl2<Concrete> vtcr(rest | hw::vtcr_el2::T0SZ::of(64 - bits));
    if (hw::misfit_of(vtcr, of.features) == hw::Misfit::input_size) { continue; }
    least = least == 0 ? bits : least;
    most = bits;
  }
  return fmt::format("{} to {}", least, most);
}

/// What SL0 and SL2 would need to name a level that the CPU starts at.
std::string start_needed(const WalkCase& of, const hw::Stage2& stage2) {
  const uint64_t sl0 = field_number<hw::vtcr_el2::SL0>(of.registers.vtcr);
  switch (stage2.granule) {
    case hw::Granule::kib4:
      if (stage2.start_level < 0) { return "SL2 1 needs SL0 0 and a CPU with 52-bit addresses"; }
      return sl0 == 3 ? "SL0 3 (level 3) needs a CPU with FEAT_TTST" : "SL0 2 (level 0) needs a CPU with a 44-bit PA";
    case hw::Granule::kib16:
      return sl0 == 3 ? "SL0 3 (level 0) needs DS 1 and a CPU with 52-bit addresses"
                      : "SL0 2 (level 1) needs a CPU with a 42-bit PA";
    case hw::Granule::kib64:
      return sl0 == 3 ? "SL0 3 is reserved with 64 KiB" : "SL0 2 (level 1) needs a CPU with a 44-bit PA";
  }
  throw Fault("a granule has a size");
}

/// T0SZ, SL0 and SL2 do not name a walk: why.
std::string misfit_words(hw::Misfit misfit, const WalkCase& of, const hw::Stage2& stage2) {
  const unsigned below = hw::span_bits(stage2.granule, stage2.start_level);
  switch (misfit) {
    case hw::Misfit::none:
      return "";
    case hw::Misfit::input_size:
      return fmt::format("an IPA has {} bits with this granule, DS and CPU, not {} (D8.2.2)", sizes_allowed(of),
                         stage2.ipa_bits);
    case hw::Misfit::start_level:
      return start_needed(of, stage2) + " (D8.2.2)";
    case hw::Misfit::tables:
      return fmt::format("1 to 16 tables of level {} resolve an IPA of {} to {} bits, not of {} (D8.2.2)",
                         stage2.start_level, below + 1, below + hw::level_bits(stage2.granule) + 4, stage2.ipa_bits);
  }
  throw Fault("a misfit has a kind");
}

std::string start_words(const WalkCase& of, const hw::Stage2& stage2, hw::Misfit misfit) {
  std::string text = fmt::format("SL0 {}", field_number<hw::vtcr_el2::SL0>(of.registers.vtcr));
  const bool sl2 = field_number<hw::vtcr_el2::SL2>(of.registers.vtcr) == 1;
  const bool counts = has_ds(stage2) && stage2.granule == hw::Granule::kib4;
  if (sl2 || counts) { text += fmt::format(", SL2 {:d}{}", sl2, counts ? "" : " without effect"); }
  if (misfit == hw::Misfit::start_level) { return text; }
  return text + fmt::format(" (start at level {})", stage2.start_level);
}

/// DS, HA and HD where they are set, and whether they count.
std::string extra_words(const WalkCase& of, const hw::Stage2& stage2) {
  const auto vtcr = of.registers.vtcr;
  std::string text;
  if (field_number<hw::vtcr_el2::DS>(vtcr) == 1) { text += has_ds(stage2) ? ", DS 1" : ", DS 1 without effect"; }
  if (field_number<hw::vtcr_el2::HA>(vtcr) == 1) {
    text += stage2.sets_access_flag ? ", HA 1" : ", HA 1 without FEAT_HAFDBS";
  }
  if (field_number<hw::vtcr_el2::HD>(vtcr) == 1) {
    text += stage2.sets_dirty_state ? ", HD 1" : ", HD 1 without effect";
  }
  return text;
}

void say_vtcr(Text to, const WalkCase& of, const hw::Stage2& stage2, hw::Misfit misfit) {
  const auto vtcr = of.registers.vtcr;
  fmt::format_to(to, "  VTCR_EL2 {:#x}: T0SZ {} ({}-bit IPA), {}, TG0 {} ({} KiB), PS {} ({}-bit PA){} (D8.2)\n",
                 raw(vtcr), field_number<hw::vtcr_el2::T0SZ>(vtcr), stage2.ipa_bits, start_words(of, stage2, misfit),
                 field_number<hw::vtcr_el2::TG0>(vtcr), 1U << (hw::granule_shift(stage2.granule) - 10),
                 field_number<hw::vtcr_el2::PS>(vtcr), stage2.pa_bits, extra_words(of, stage2));
}

std::string vmid_words(const WalkCase& of) {
  const uint64_t vmid = field_number<hw::vttbr_el2::VMID>(of.registers.vttbr);
  return field_number<hw::vtcr_el2::VS>(of.registers.vtcr) == 1 ? fmt::format("VMID {}", vmid)
                                                                : fmt::format("VMID {} (8 bits)", vmid & 0xFF);
}

/// The base of the initial table, and what of the register is no part of it.
std::string base_words(const WalkCase& of, const hw::Stage2& stage2) {
  const auto vttbr = of.registers.vttbr;
  const uint64_t base = raw(hw::initial_table<Concrete>(stage2, vttbr));
  const uint64_t held = raw(vttbr) & hw::vttbr_el2::BADDR::mask & ~(stage2.high_base ? uint64_t{0x3F} : 0);
  std::string text = fmt::format("base {:#x}", base);
  if (stage2.high_base) { text += " (bits [51:48] from VTTBR_EL2[5:2])"; }
  if (held != (base & low_mask(48))) {
    text += fmt::format(" ({:#x} is not aligned to the {:#x} bytes of the initial table)", held,
                        uint64_t{8} << stage2.initial_index_bits());
  }
  return text;
}

}  // namespace

std::string explain_setting(const WalkCase& of, const hw::Stage2& stage2) {
  std::string text;
  const Text to(text);
  const hw::Misfit misfit = hw::misfit_of(of.registers.vtcr, of.features);
  say_vtcr(to, of, stage2, misfit);
  fmt::format_to(to, "  VTTBR_EL2 {:#x}: {}, ", raw(of.registers.vttbr), vmid_words(of));
  if (misfit != hw::Misfit::none) {
    fmt::format_to(to, "base not used\n  {}\n", misfit_words(misfit, of, stage2));
    return text;
  }
  fmt::format_to(to, "{}\n", base_words(of, stage2));
  const unsigned one_table = hw::level_bits(stage2.granule);
  if (stage2.initial_index_bits() > one_table) {
    fmt::format_to(to, "  {} initial tables lie one behind the other (D8.2.2)\n",
                   1U << (stage2.initial_index_bits() - one_table));
  }
  return text;
}

}  // namespace bulkhead::cli
