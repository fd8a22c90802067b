#pragma once

#include "hw/attributes.hpp"
#include "hw/walk.hpp"

/// PAR_EL1 as AT S12E1R/W and S12E0R/W leave it (DDI 0487 D24.2, PAR_EL1; pseudocode AArch64.EncodePAR):
/// stage 1 off, EL1 in AArch64 state and Non-secure, stage 2 on. NS is UNKNOWN there and reads as 1; the
/// IMPLEMENTATION DEFINED bits read as 0.
namespace bulkhead::hw {

/// The registers of one CPU that a stage-2 translation depends on.
struct Registers {
  VtcrEl2<Concrete> vtcr;
  VttbrEl2<Concrete> vttbr;
  HcrEl2<Concrete> hcr;
};

/// The fault status code of a stage-2 fault at the level (DDI 0487 D24.2, ESR_EL2.DFSC). Level -1 has codes
/// of its own, and only for the faults that a walk can take there.
constexpr uint64_t fault_status_code(FaultKind fault, int level) {
  if (level < 0) { return fault == FaultKind::address_size ? 0b101001 : 0b101011; }
  return static_cast<uint64_t>(fault) << 2 | static_cast<uint64_t>(level);
}
static_assert(fault_status_code(FaultKind::address_size, 0) == 0b000000);
static_assert(fault_status_code(FaultKind::translation, 3) == 0b000111);
static_assert(fault_status_code(FaultKind::access_flag, 1) == 0b001001);
static_assert(fault_status_code(FaultKind::permission, 2) == 0b001110);

constexpr MemoryControls memory_controls(HcrEl2<Concrete> hcr, const Features& features) {
  return {.default_cacheable = raw(hcr_el2::DC::get(hcr)) == 1,
          .cache_disabled = raw(hcr_el2::CD::get(hcr)) == 1,
          .force_write_back = features.fwb && raw(hcr_el2::FWB::get(hcr)) == 1};
}

namespace detail {

/// A fault of the stage, 1 or 2.
constexpr ParEl1<Concrete> par_of_fault(FaultKind fault, int level, unsigned stage) {
  return ParEl1<Concrete>(par_el1::F::of(1) | par_el1::FST::of(fault_status_code(fault, level)) |
                          par_el1::S::of(stage - 1) | par_el1::RES1::of(1));
}

}  // namespace detail

/// What memory a successful walk leads to.
inline MemoryAttributes memory_attributes(const WalkResult<Concrete>& result, const Stage2& stage2,
                                          const MemoryControls& controls) {
  const auto own = static_cast<unsigned>(raw(result.shareability()));
  return memory_attributes(static_cast<unsigned>(raw(result.memory_attribute())),
                           stage2.one_shareability ? stage2.shareability : own, controls);
}

/// PAR_EL1 after a walk.
inline ParEl1<Concrete> par_of(const WalkResult<Concrete>& result, const Stage2& stage2,
                               const MemoryControls& controls) {
  if (!result.succeeded()) { return detail::par_of_fault(enumerator(result.fault), result.level, 2); }
  const MemoryAttributes attributes = memory_attributes(result, stage2, controls);
  return ParEl1<Concrete>((raw(result.address) & par_el1::PA::mask) | par_el1::ATTR::of(attributes.type) |
                          par_el1::SH::of(static_cast<uint64_t>(attributes.shareability)) | par_el1::NS::of(1) |
                          par_el1::RES1::of(1));
}

/// Whether stage 1, being off, refuses an address: it has more bits than a physical address
/// (pseudocode AArch64.S1DisabledOutput; TCR_EL1.TBI0 = 0).
constexpr bool is_refused_by_stage1(Ipa<Concrete> address, const Features& features) {
  return raw(address >> features.pa_bits) != 0;
}

/// The address translation instruction of the kind; `read_word` as in `walk`.
template <class ReadWord>
ParEl1<Concrete> address_translation(const Registers& registers, const Features& features, Ipa<Concrete> address,
                                     AccessKind kind, ReadWord&& read_word) {
  if (is_refused_by_stage1(address, features)) { return detail::par_of_fault(FaultKind::address_size, 0, 1); }
  const Stage2 stage2 = stage2_of(registers.vtcr, features);
  return par_of(walk<Concrete>(stage2, registers.vttbr, address, kind, read_word), stage2,
                memory_controls(registers.hcr, features));
}

}  // namespace bulkhead::hw
