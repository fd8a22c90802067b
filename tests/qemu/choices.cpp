#include "tests/qemu/choices.hpp"

#include <algorithm>

#include "tests/qemu/layout.hpp"

namespace bulkhead::qemu {
namespace {

template <class F, class Register>
uint64_t get(Value<Concrete, Register> word) {
  return raw(F::get(word));
}

uint64_t get(const Opinion& model, unsigned high, unsigned low) {
  return raw(model.result.leaf) >> low & low_mask(high - low + 1);
}

bool is_fault(const Opinion& model) { return (model.answer & 1) != 0; }
bool translates(const Opinion& model) { return !model.visits.empty() && model.result.succeeded(); }

bool has_reserved_granule(const hw::Registers& registers, const hw::Features& features, const Query&, const Opinion&) {
  switch (get<hw::vtcr_el2::TG0>(registers.vtcr)) {
    case 0b00:
      return !features.granule_4k;
    case 0b01:
      return !features.granule_64k;
    case 0b10:
      return !features.granule_16k;
    default:
      return true;
  }
}

bool has_reserved_size(const hw::Registers& registers, const hw::Features&, const Query&, const Opinion& model) {
  return get<hw::vtcr_el2::PS>(registers.vtcr) == 0b111 && model.stage2.consistent;
}

bool has_size_above_cpu(const hw::Registers& registers, const hw::Features& features, const Query&,
                        const Opinion& model) {
  return sizes_of_ps[get<hw::vtcr_el2::PS>(registers.vtcr)] > features.pa_bits && model.stage2.consistent;
}

bool has_t0sz_out_of_limits(const hw::Registers&, const hw::Features& features, const Query&, const Opinion& model) {
  const unsigned least = features.ttst ? 16 : 25;
  return model.stage2.ipa_bits > 52 || model.stage2.ipa_bits < least;
}

bool has_long_base(const hw::Registers& registers, const hw::Features&, const Query&, const Opinion& model) {
  if (!model.stage2.consistent) { return false; }
  const unsigned size = model.stage2.initial_index_bits() + 3;
  const uint64_t high = model.stage2.high_base ? hw::vttbr_el2::HighBADDR::mask : 0;
  return (raw(registers.vttbr) & low_mask(size) & hw::vttbr_el2::BADDR::mask & ~high) != 0;
}

bool has_reserved_memory_type(const hw::Registers& registers, const hw::Features& features, const Query&,
                              const Opinion& model) {
  const bool forces = hw::memory_controls(registers.hcr, features).force_write_back;
  const bool is_normal = get(model, 5, 4) != 0;
  return translates(model) && !forces && is_normal && get(model, 3, 2) == 0b00;
}

bool has_reserved_shareability(const hw::Registers&, const hw::Features&, const Query&, const Opinion& model) {
  const uint64_t sh = model.stage2.one_shareability ? model.stage2.shareability : get(model, 9, 8);
  return translates(model) && sh == 0b01;
}

/// The neighbours of a leaf are not such as the bit says.
bool has_contiguous_bit(const hw::Registers&, const hw::Features&, const Query&, const Opinion& model) {
  return translates(model) && get(model, 52, 52) == 1;
}

bool has_nt_bit(const hw::Registers&, const hw::Features&, const Query&, const Opinion& model) {
  return translates(model) && model.result.level < 3 && get(model, 16, 16) == 1;
}

bool is_access_flag_set(const hw::Registers&, const hw::Features&, const Query&, const Opinion& model) {
  return translates(model) && get(model, 10, 10) == 0;
}

bool is_write_to_dirty_page(const hw::Registers&, const hw::Features&, const Query& query, const Opinion& model) {
  return translates(model) && hw::is_write(query.kind) && get(model, 7, 7) == 0;
}

bool has_security_bit(const hw::Registers&, const hw::Features&, const Query&, const Opinion& model) {
  return translates(model) && !is_fault(model);
}

}  // namespace

const std::array<Choice, 12> choices = {{
    {"reserved-granule", "a granule that is reserved or not implemented is the smallest that is", "D24.2, VTCR_EL2.TG0",
     has_reserved_granule},
    {"reserved-size", "PS = 0b111 is as 0b110", "D24.2, VTCR_EL2.PS", has_reserved_size},
    {"size-above-cpu", "a PS above what the CPU implements is what it implements", "D24.2, VTCR_EL2.PS",
     has_size_above_cpu},
    {"t0sz-out-of-limits", "a T0SZ out of its limits is a translation fault at level 0", "D8.2, AArch64.S2TxSZFaults",
     has_t0sz_out_of_limits},
    {"base-not-aligned", "base bits that the size of the initial table leaves no room for are zero",
     "D8.2, AArch64.S2TTBaseAddress", has_long_base},
    {"reserved-memory-type", "without FWB an inner type 0b00 beside a Normal outer one is Write-Back", "D8.6, MemAttr",
     has_reserved_memory_type},
    {"reserved-shareability", "SH = 0b01 is Non-shareable", "D8.6, SH", has_reserved_shareability},
    {"contiguous-alone",
     "the Contiguous bit has no effect, whatever the neighbours and the output address are (StageOA takes the lower "
     "bits "
     "of the range from the IPA)",
     "D8.7, Contiguous", has_contiguous_bit},
    {"no-translation-bit", "the bit nT of a block has no effect", "D8.7, FEAT_BBM", has_nt_bit},
    {"access-flag-by-hardware", "an address translation instruction takes AF as set where hardware sets it", "D8.5, AF",
     is_access_flag_set},
    {"dirty-state-by-hardware", "an address translation instruction takes S2AP[1] as set where hardware sets it",
     "D8.5, DBM", is_write_to_dirty_page},
    {"security-bit", "PAR_EL1.NS, UNKNOWN in Non-secure state, reads as 1", "D24.2, PAR_EL1.NS", has_security_bit},
}};

}  // namespace bulkhead::qemu
