#pragma once

#include "hw/registers.hpp"

/// What the registers of EL2 hold that decide what a guest can reach, while one runs. Whatever is not trapped here is a
/// row of `guest_registers` that is saved. Whatever extension came after these is closed by HCRX_EL2 = 0 and by what is
/// zero here, where the architecture has the sense of "not trapped" for a bit that is set.
namespace bulkhead::impl::guest_controls {

/// All interrupts are the engine's; broadcasts reach every CPU, on which a vCPU may run next; EL1 is AArch64.
inline constexpr uint64_t hcr_el2 = [] {
  using namespace hw::hcr_el2;
  return VM::of(1) | SWIO::of(1) | FMO::of(1) | IMO::of(1) | AMO::of(1) | FB::of(1) | BSU::of(1) | TWI::of(1) |
         TWE::of(1) | TID1::of(1) | TID3::of(1) | TSC::of(1) | TIDCP::of(1) | TACR::of(1) | TSW::of(1) | RW::of(1) |
         TLOR::of(1) | TERR::of(1) | APK::of(1) | API::of(1) | FWB::of(1) | EnSCXT::of(0) | ATA::of(0) | TID5::of(1);
}();

/// FP and SIMD are the guest's, SVE, SME, trace and activity monitors nobody's.
inline constexpr uint64_t cptr_el2 = [] {
  using namespace hw::cptr_el2;
  return RES1::of(0xFF) | RES1_9::of(1) | RES1_13::of(1) | TZ::of(1) | TSM::of(1) | TTA::of(1) | TAM::of(1) |
         TFP::of(0) | TCPAC::of(0);
}();

inline constexpr uint64_t mdcr_el2 = [] {
  using namespace hw::mdcr_el2;
  return TPMCR::of(1) | TPM::of(1) | TDA::of(1) | TDOSA::of(1) | TDRA::of(1) | E2PB::of(0) | TPMS::of(1) | TTRF::of(1) |
         TDCC::of(1);
}();

/// The physical timer and counter are trapped; the virtual timer is the guest's.
inline constexpr uint64_t cnthctl_el2 = hw::cnthctl_el2::EL1PCTEN::of(0) | hw::cnthctl_el2::EL1PCEN::of(0);

/// AArch32 system registers, of which there are none at EL1.
inline constexpr uint64_t hstr_el2 = 0;

inline constexpr uint64_t icc_sre_el2 = [] {
  using namespace hw::icc_sre_el2;
  return SRE::of(1) | DFB::of(1) | DIB::of(1) | Enable::of(0);
}();

/// The virtual CPU interface is off, and every access to it is trapped.
inline constexpr uint64_t ich_hcr_el2 = [] {
  using namespace hw::ich_hcr_el2;
  return TC::of(1) | TALL0::of(1) | TALL1::of(1) | TDIR::of(1);
}();

}  // namespace bulkhead::impl::guest_controls
