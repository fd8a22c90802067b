#pragma once

#include "hw/field.hpp"

/// The system registers that decide a stage-2 translation and what a guest can reach, and the one that reports a
/// translation, by the names of the manuals (DDI 0487 D24.2; IHI 0069 for ICC and ICH). Each is a type of its own.
namespace bulkhead::hw {

namespace reg {
struct Width64 {
  static constexpr unsigned width = 64;
};
struct VtcrEl2 : Width64 {};
struct VttbrEl2 : Width64 {};
struct HcrEl2 : Width64 {};
struct CptrEl2 : Width64 {};
struct MdcrEl2 : Width64 {};
struct CnthctlEl2 : Width64 {};
struct IccSreEl2 : Width64 {};
struct IchHcrEl2 : Width64 {};
struct ParEl1 : Width64 {};
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
using VM = Field<reg::HcrEl2, 0, 0>;        ///< stage 2 is on
using SWIO = Field<reg::HcrEl2, 1, 1>;      ///< a data cache invalidation by set and way also cleans
using FMO = Field<reg::HcrEl2, 3, 3>;       ///< physical FIQs are taken to EL2
using IMO = Field<reg::HcrEl2, 4, 4>;       ///< physical IRQs are taken to EL2
using AMO = Field<reg::HcrEl2, 5, 5>;       ///< physical SErrors are taken to EL2
using FB = Field<reg::HcrEl2, 9, 9>;        ///< TLB and instruction cache maintenance of EL1 is broadcast
using BSU = Field<reg::HcrEl2, 11, 10>;     ///< the least shareability of a barrier: 1 Inner Shareable
using DC = Field<reg::HcrEl2, 12, 12>;      ///< stage 1 off reads as Normal Write-Back; implies VM
using TWI = Field<reg::HcrEl2, 13, 13>;     ///< WFI is trapped
using TWE = Field<reg::HcrEl2, 14, 14>;     ///< WFE is trapped
using TID1 = Field<reg::HcrEl2, 16, 16>;    ///< reads of REVIDR_EL1, AIDR_EL1, SMIDR_EL1 are trapped
using TID3 = Field<reg::HcrEl2, 18, 18>;    ///< reads of feature identification registers are trapped
using TSC = Field<reg::HcrEl2, 19, 19>;     ///< SMC is trapped
using TIDCP = Field<reg::HcrEl2, 20, 20>;   ///< what is IMPLEMENTATION DEFINED is trapped
using TACR = Field<reg::HcrEl2, 21, 21>;    ///< ACTLR_EL1 is trapped
using TSW = Field<reg::HcrEl2, 22, 22>;     ///< cache maintenance by set and way is trapped
using RW = Field<reg::HcrEl2, 31, 31>;      ///< EL1 is AArch64
using CD = Field<reg::HcrEl2, 32, 32>;      ///< stage-2 data accesses are Non-cacheable
using TLOR = Field<reg::HcrEl2, 35, 35>;    ///< limited ordering registers are trapped
using TERR = Field<reg::HcrEl2, 36, 36>;    ///< error record registers are trapped
using APK = Field<reg::HcrEl2, 40, 40>;     ///< registers of pointer authentication keys are not trapped
using API = Field<reg::HcrEl2, 41, 41>;     ///< instructions of pointer authentication are not trapped
using FWB = Field<reg::HcrEl2, 46, 46>;     ///< stage 2 may override the stage-1 memory type
using EnSCXT = Field<reg::HcrEl2, 53, 53>;  ///< SCXTNUM_EL0 and SCXTNUM_EL1 are not trapped
using ATA = Field<reg::HcrEl2, 56, 56>;     ///< memory tags can be reached, and their registers are not trapped
using TID5 = Field<reg::HcrEl2, 58, 58>;    ///< reads of GMID_EL1 are trapped
}  // namespace hcr_el2

/// As it is with HCR_EL2.E2H = 0.
namespace cptr_el2 {
using RES1 = Field<reg::CptrEl2, 7, 0>;
using TZ = Field<reg::CptrEl2, 8, 8>;      ///< SVE is trapped
using RES1_9 = Field<reg::CptrEl2, 9, 9>;  ///< also RES1
using TFP = Field<reg::CptrEl2, 10, 10>;   ///< FP and SIMD are trapped
using TSM = Field<reg::CptrEl2, 12, 12>;   ///< SME is trapped
using RES1_13 = Field<reg::CptrEl2, 13, 13>;
using TTA = Field<reg::CptrEl2, 20, 20>;    ///< trace registers are trapped
using TAM = Field<reg::CptrEl2, 30, 30>;    ///< activity monitors are trapped
using TCPAC = Field<reg::CptrEl2, 31, 31>;  ///< CPACR_EL1 is trapped
}  // namespace cptr_el2

namespace mdcr_el2 {
using TPMCR = Field<reg::MdcrEl2, 5, 5>;    ///< PMCR_EL0 is trapped
using TPM = Field<reg::MdcrEl2, 6, 6>;      ///< performance monitors are trapped
using TDA = Field<reg::MdcrEl2, 9, 9>;      ///< debug registers other than the next two are trapped
using TDOSA = Field<reg::MdcrEl2, 10, 10>;  ///< debug registers about power are trapped
using TDRA = Field<reg::MdcrEl2, 11, 11>;   ///< the debug ROM address register is trapped
using E2PB = Field<reg::MdcrEl2, 13, 12>;   ///< 0: the profiling buffer belongs to EL2, and its registers are trapped
using TPMS = Field<reg::MdcrEl2, 14, 14>;   ///< statistical profiling is trapped
using TTRF = Field<reg::MdcrEl2, 19, 19>;   ///< trace filters are trapped
using TDCC = Field<reg::MdcrEl2, 27, 27>;   ///< the debug communication channel is trapped
}  // namespace mdcr_el2

/// As it is with HCR_EL2.E2H = 0.
namespace cnthctl_el2 {
using EL1PCTEN = Field<reg::CnthctlEl2, 0, 0>;  ///< the physical counter is not trapped
using EL1PCEN = Field<reg::CnthctlEl2, 1, 1>;   ///< the physical timer is not trapped
}  // namespace cnthctl_el2

namespace icc_sre_el2 {
using SRE = Field<reg::IccSreEl2, 0, 0>;     ///< the interrupt controller's CPU interface is system registers
using DFB = Field<reg::IccSreEl2, 1, 1>;     ///< no FIQ bypass
using DIB = Field<reg::IccSreEl2, 2, 2>;     ///< no IRQ bypass
using Enable = Field<reg::IccSreEl2, 3, 3>;  ///< ICC_SRE_EL1 is not trapped; may be RAO/WI
}  // namespace icc_sre_el2

namespace ich_hcr_el2 {
using TC = Field<reg::IchHcrEl2, 10, 10>;     ///< registers common to both groups are trapped
using TALL0 = Field<reg::IchHcrEl2, 11, 11>;  ///< registers of group 0 are trapped
using TALL1 = Field<reg::IchHcrEl2, 12, 12>;  ///< registers of group 1 are trapped
using TDIR = Field<reg::IchHcrEl2, 14, 14>;   ///< ICC_DIR_EL1 is trapped
}  // namespace ich_hcr_el2

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
static_assert(hcr_el2::IMO::mask == 0x10 && hcr_el2::TSC::mask == 0x80000 && hcr_el2::RW::mask == 0x80000000);
static_assert(hcr_el2::APK::mask == 0x10000000000 && hcr_el2::ATA::mask == 0x100000000000000);
static_assert(cptr_el2::TZ::mask == 0x100 && cptr_el2::TSM::mask == 0x1000 && cptr_el2::TTA::mask == 0x100000);
static_assert(mdcr_el2::TPM::mask == 0x40 && mdcr_el2::TDA::mask == 0x200 && mdcr_el2::TTRF::mask == 0x80000);
static_assert(hcr_el2::CD::mask == 0x100000000 && hcr_el2::FWB::mask == 0x400000000000);
static_assert(par_el1::F::mask == 1 && par_el1::FST::mask == 0x7E && par_el1::PTW::mask == 0x100);
static_assert(par_el1::S::mask == 0x200 && par_el1::NS::mask == 0x200 && par_el1::RES1::mask == 0x800);
static_assert(par_el1::SH::mask == 0x180 && par_el1::ATTR::mask == 0xFF00000000000000);
static_assert(par_el1::PA::mask == 0x000FFFFFFFFFF000);

}  // namespace bulkhead::hw
