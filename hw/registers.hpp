#pragma once

#include "hw/field.hpp"

/// The system registers that decide a stage-2 translation, and the one that reports it, by the names
/// of the manual (DDI 0487 D24.2). Each is a type of its own.
namespace bulkhead::hw {

namespace reg {
struct VtcrEl2 {
  static constexpr unsigned width = 64;
};
struct VttbrEl2 {
  static constexpr unsigned width = 64;
};
struct HcrEl2 {
  static constexpr unsigned width = 64;
};
struct ParEl1 {
  static constexpr unsigned width = 64;
};
}  // namespace reg

/// Virtualization Translation Control Register.
template <class D>
using VtcrEl2 = Value<D, reg::VtcrEl2>;
/// Virtualization Translation Table Base Register.
template <class D>
using VttbrEl2 = Value<D, reg::VttbrEl2>;
/// Hypervisor Configuration Register.
template <class D>
using HcrEl2 = Value<D, reg::HcrEl2>;
/// Physical Address Register: the answer of an address translation instruction.
template <class D>
using ParEl1 = Value<D, reg::ParEl1>;

namespace vtcr_el2 {
using T0SZ = Field<reg::VtcrEl2, 5, 0>;   ///< the IPA has 64 - T0SZ bits
using SL0 = Field<reg::VtcrEl2, 7, 6>;    ///< starting level; 4 KiB: 0, 1, 2, 3 mean levels 2, 1, 0, 3
using SH0 = Field<reg::VtcrEl2, 13, 12>;  ///< shareability of the walk; with DS = 1 of all that is mapped
using TG0 = Field<reg::VtcrEl2, 15, 14>;  ///< granule: 0b00 4 KiB, 0b01 64 KiB, 0b10 16 KiB
using PS = Field<reg::VtcrEl2, 18, 16>;   ///< physical address size
using VS = Field<reg::VtcrEl2, 19, 19>;   ///< 1: 16-bit VMIDs
using HA = Field<reg::VtcrEl2, 21, 21>;   ///< hardware sets the access flag
using HD = Field<reg::VtcrEl2, 22, 22>;   ///< hardware sets the dirty state
using DS = Field<reg::VtcrEl2, 32, 32>;   ///< 52-bit descriptors with the 4 KiB and 16 KiB granules
using SL2 = Field<reg::VtcrEl2, 33, 33>;  ///< with DS = 1 and the 4 KiB granule: start at level -1
}  // namespace vtcr_el2

namespace vttbr_el2 {
using BADDR = Field<reg::VttbrEl2, 47, 1>;     ///< base of the initial table; low bits by its size
using HighBADDR = Field<reg::VttbrEl2, 5, 2>;  ///< where bases have 52 bits: bits [51:48]
using VMID = Field<reg::VttbrEl2, 63, 48>;     ///< with VTCR_EL2.VS = 1
}  // namespace vttbr_el2

namespace hcr_el2 {
using VM = Field<reg::HcrEl2, 0, 0>;     ///< stage 2 is on
using DC = Field<reg::HcrEl2, 12, 12>;   ///< stage 1 off reads as Normal Write-Back; implies VM
using CD = Field<reg::HcrEl2, 32, 32>;   ///< stage-2 data accesses are Non-cacheable
using FWB = Field<reg::HcrEl2, 46, 46>;  ///< stage 2 may override the stage-1 memory type
}  // namespace hcr_el2

namespace par_el1 {
using F = Field<reg::ParEl1, 0, 0>;  ///< 1: the translation aborted
// F = 0
using SH = Field<reg::ParEl1, 8, 7>;
using NS = Field<reg::ParEl1, 9, 9>;
using RES1 = Field<reg::ParEl1, 11, 11>;  ///< also when F = 1
using PA = Field<reg::ParEl1, 51, 12>;
using ATTR = Field<reg::ParEl1, 63, 56>;
// F = 1
using FST = Field<reg::ParEl1, 6, 1>;  ///< fault status code
using PTW = Field<reg::ParEl1, 8, 8>;  ///< a stage-2 fault on a stage-1 table walk
using S = Field<reg::ParEl1, 9, 9>;    ///< the stage that aborted: 0 stage 1, 1 stage 2
}  // namespace par_el1

static_assert(vtcr_el2::T0SZ::mask == 0x3F && vtcr_el2::SL0::mask == 0xC0 && vtcr_el2::TG0::mask == 0xC000);
static_assert(vtcr_el2::PS::mask == 0x70000 && vtcr_el2::VS::mask == 0x80000 && vtcr_el2::DS::mask == 0x100000000);
static_assert(vtcr_el2::HA::mask == 0x200000 && vtcr_el2::HD::mask == 0x400000);
static_assert(vtcr_el2::SH0::mask == 0x3000 && vtcr_el2::SL2::mask == 0x200000000);
static_assert(vttbr_el2::BADDR::mask == 0x0000FFFFFFFFFFFE && vttbr_el2::VMID::mask == 0xFFFF000000000000);
static_assert(hcr_el2::VM::mask == 1 && hcr_el2::DC::mask == 0x1000);
static_assert(hcr_el2::CD::mask == 0x100000000 && hcr_el2::FWB::mask == 0x400000000000);
static_assert(par_el1::F::mask == 1 && par_el1::FST::mask == 0x7E && par_el1::PTW::mask == 0x100);
static_assert(par_el1::S::mask == 0x200 && par_el1::NS::mask == 0x200 && par_el1::RES1::mask == 0x800);
static_assert(par_el1::SH::mask == 0x180 && par_el1::ATTR::mask == 0xFF00000000000000);
static_assert(par_el1::PA::mask == 0x000FFFFFFFFFF000);

}  // namespace bulkhead::hw
