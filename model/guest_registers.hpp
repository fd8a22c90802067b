#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// Every register that a guest can write at EL1 and EL0, and how its value is kept apart from everyone else's. A
/// register that is forgotten is a row that is missing here and nothing else: QEMU's CPUs are asked which registers
/// there are, with the engine's controls set (docs/hardware.md).
namespace bulkhead {

/// How the value of a register is kept apart.
enum class Keeping : uint8_t {
  saved,    ///< the world switch moves it between the CPU and the context of the vCPU
  view,     ///< another way to what a saved row holds
  trapped,  ///< no access reaches the CPU's register: it is taken to the engine
  fixed,    ///< what is written is ignored, and everyone reads the same
};

constexpr std::string_view name_of(Keeping keeping) {
  switch (keeping) {
    case Keeping::saved:
      return "saved";
    case Keeping::view:
      return "view";
    case Keeping::trapped:
      return "trapped";
    case Keeping::fixed:
      return "fixed";
  }
  return "";
}

/// The numbers that name a system register in MRS and MSR (DDI 0487 C5.1).
struct Encoding {
  unsigned op0, op1, crn, crm, op2;
};

/// Numbers in a row, with both ends.
struct Numbers {
  unsigned first, last;

  constexpr Numbers(unsigned one) : first(one), last(one) {}  // NOLINT(google-explicit-constructor): 3 means just 3
  constexpr Numbers(unsigned from, unsigned to) : first(from), last(to) {}
  constexpr bool contains(unsigned number) const { return number >= first && number <= last; }
};

/// The system registers of a family.
struct Encodings {
  Numbers op0, op1, crn, crm, op2;

  constexpr bool contains(const Encoding& e) const {
    return op0.contains(e.op0) && op1.contains(e.op1) && crn.contains(e.crn) && crm.contains(e.crm) &&
           op2.contains(e.op2);
  }
};

/// A register, or a family of registers that are kept alike.
struct GuestRegister {
  std::string_view name;
  std::optional<Encodings> encodings;  ///< none: no MRS or MSR of a guest names it
  Keeping keeping;
  std::string_view by{};  ///< what traps it or makes it read-only, or the row that it is a view of
  uint64_t reset = 0;     ///< of a saved one, in a vCPU that was just created
  unsigned words = 1;     ///< 64-bit words of a saved one
};

namespace guest_register {
inline constexpr Numbers any8{0, 7};    ///< any op1 or op2
inline constexpr Numbers any16{0, 15};  ///< any CRn or CRm
/// EL1 with its own stack pointer, all interrupts masked (DDI 0487 C5.2, SPSR_EL2).
inline constexpr uint64_t reset_pstate = 0x3C5;
/// Stage 1 and caches off, the rest as where the extensions that define its bits are not there (D24.2, SCTLR_EL1).
inline constexpr uint64_t reset_sctlr = 0x30D00980;
}  // namespace guest_register

inline constexpr std::array guest_registers = [] {
  using enum Keeping;
  using namespace guest_register;
  return std::array{
      // General registers, FP and SIMD. V0 to V31 have two words each.
      GuestRegister{"X<n>", {}, saved, "", 0, 31},
      GuestRegister{"SP_EL1", {}, saved},
      GuestRegister{"PC", {}, saved},
      GuestRegister{"PSTATE", {}, saved, "", reset_pstate},
      GuestRegister{"V<n>", {}, saved, "", 0, 64},
      GuestRegister{"FPCR", Encodings{3, 3, 4, 4, 0}, saved},
      GuestRegister{"FPSR", Encodings{3, 3, 4, 4, 1}, saved},
      GuestRegister{"SPSel", Encodings{3, 0, 4, 2, 0}, view, "PSTATE"},
      GuestRegister{"PAN", Encodings{3, 0, 4, 2, 3}, view, "PSTATE"},
      GuestRegister{"UAO", Encodings{3, 0, 4, 2, 4}, view, "PSTATE"},
      GuestRegister{"NZCV", Encodings{3, 3, 4, 2, 0}, view, "PSTATE"},
      GuestRegister{"DAIF", Encodings{3, 3, 4, 2, 1}, view, "PSTATE"},
      GuestRegister{"DIT", Encodings{3, 3, 4, 2, 5}, view, "PSTATE"},
      GuestRegister{"SSBS", Encodings{3, 3, 4, 2, 6}, view, "PSTATE"},
      GuestRegister{"TCO", Encodings{3, 3, 4, 2, 7}, view, "PSTATE"},

      // Exceptions and stage 1
      GuestRegister{"SCTLR_EL1", Encodings{3, 0, 1, 0, 0}, saved, "", reset_sctlr},
      GuestRegister{"CPACR_EL1", Encodings{3, 0, 1, 0, 2}, saved},
      GuestRegister{"TTBR0_EL1", Encodings{3, 0, 2, 0, 0}, saved},
      GuestRegister{"TTBR1_EL1", Encodings{3, 0, 2, 0, 1}, saved},
      GuestRegister{"TCR_EL1", Encodings{3, 0, 2, 0, 2}, saved},
      GuestRegister{"MAIR_EL1", Encodings{3, 0, 10, 2, 0}, saved},
      GuestRegister{"AMAIR_EL1", Encodings{3, 0, 10, 3, 0}, saved},
      GuestRegister{"CONTEXTIDR_EL1", Encodings{3, 0, 13, 0, 1}, saved},
      GuestRegister{"PAR_EL1", Encodings{3, 0, 7, 4, 0}, saved},
      GuestRegister{"SPSR_EL1", Encodings{3, 0, 4, 0, 0}, saved},
      GuestRegister{"ELR_EL1", Encodings{3, 0, 4, 0, 1}, saved},
      GuestRegister{"SP_EL0", Encodings{3, 0, 4, 1, 0}, saved},
      GuestRegister{"ESR_EL1", Encodings{3, 0, 5, 2, 0}, saved},
      GuestRegister{"FAR_EL1", Encodings{3, 0, 6, 0, 0}, saved},
      GuestRegister{"AFSR0_EL1", Encodings{3, 0, 5, 1, 0}, saved},
      GuestRegister{"AFSR1_EL1", Encodings{3, 0, 5, 1, 1}, saved},
      GuestRegister{"VBAR_EL1", Encodings{3, 0, 12, 0, 0}, saved},
      // With HCR_EL2.AMO set the guest reaches VDISR_EL2 by this name, and that is what is saved.
      GuestRegister{"DISR_EL1", Encodings{3, 0, 12, 1, 1}, saved},

      // Keys of pointer authentication, two words each
      GuestRegister{"APIAKey<lo,hi>_EL1", Encodings{3, 0, 2, 1, {0, 1}}, saved, "", 0, 2},
      GuestRegister{"APIBKey<lo,hi>_EL1", Encodings{3, 0, 2, 1, {2, 3}}, saved, "", 0, 2},
      GuestRegister{"APDAKey<lo,hi>_EL1", Encodings{3, 0, 2, 2, {0, 1}}, saved, "", 0, 2},
      GuestRegister{"APDBKey<lo,hi>_EL1", Encodings{3, 0, 2, 2, {2, 3}}, saved, "", 0, 2},
      GuestRegister{"APGAKey<lo,hi>_EL1", Encodings{3, 0, 2, 3, {0, 1}}, saved, "", 0, 2},

      // Thread pointers and the like
      GuestRegister{"TPIDR_EL0", Encodings{3, 3, 13, 0, 2}, saved},
      GuestRegister{"TPIDRRO_EL0", Encodings{3, 3, 13, 0, 3}, saved},
      GuestRegister{"TPIDR2_EL0", Encodings{3, 3, 13, 0, 5}, saved},
      GuestRegister{"TPIDR_EL1", Encodings{3, 0, 13, 0, 4}, saved},
      GuestRegister{"CSSELR_EL1", Encodings{3, 2, 0, 0, 0}, saved},
      GuestRegister{"SCXTNUM_EL1", Encodings{3, 0, 13, 0, 7}, trapped, "HCR_EL2.EnSCXT"},
      GuestRegister{"SCXTNUM_EL0", Encodings{3, 3, 13, 0, 7}, trapped, "HCR_EL2.EnSCXT"},

      // Timers: the guest has the virtual one
      GuestRegister{"CNTKCTL_EL1", Encodings{3, 0, 14, 1, 0}, saved},
      GuestRegister{"CNTV_CTL_EL0", Encodings{3, 3, 14, 3, 1}, saved},
      GuestRegister{"CNTV_CVAL_EL0", Encodings{3, 3, 14, 3, 2}, saved},
      GuestRegister{"CNTV_TVAL_EL0", Encodings{3, 3, 14, 3, 0}, view, "CNTV_CVAL_EL0"},
      GuestRegister{"CNTPCT_EL0", Encodings{3, 3, 14, 0, 1}, trapped, "CNTHCTL_EL2.EL1PCTEN"},
      GuestRegister{"CNTP_*_EL0", Encodings{3, 3, 14, 2, {0, 2}}, trapped, "CNTHCTL_EL2.EL1PCEN"},

      // What identifies the CPU, and what its maker defines
      GuestRegister{"REVIDR_EL1", Encodings{3, 0, 0, 0, 6}, trapped, "HCR_EL2.TID1"},
      GuestRegister{"SMIDR_EL1, AIDR_EL1", Encodings{3, 1, 0, 0, {6, 7}}, trapped, "HCR_EL2.TID1"},
      GuestRegister{"ID_*_EL1", Encodings{3, 0, 0, {1, 7}, any8}, trapped, "HCR_EL2.TID3"},
      GuestRegister{"GMID_EL1", Encodings{3, 1, 0, 0, 4}, trapped, "HCR_EL2.TID5"},
      GuestRegister{"ACTLR_EL1", Encodings{3, 0, 1, 0, 1}, trapped, "HCR_EL2.TACR"},
      GuestRegister{"S3_<op1>_C11_*", Encodings{3, any8, 11, any16, any8}, trapped, "HCR_EL2.TIDCP"},
      GuestRegister{"S3_<op1>_C15_*", Encodings{3, any8, 15, any16, any8}, trapped, "HCR_EL2.TIDCP"},

      // SVE and SME
      GuestRegister{"ZCR_EL1", Encodings{3, 0, 1, 2, 0}, trapped, "CPTR_EL2.TZ"},
      GuestRegister{"SMCR_EL1", Encodings{3, 0, 1, 2, 6}, trapped, "CPTR_EL2.TSM"},
      GuestRegister{"SMPRI_EL1", Encodings{3, 0, 1, 2, 4}, trapped, "CPTR_EL2.TSM"},
      GuestRegister{"SVCR", Encodings{3, 3, 4, 2, 2}, trapped, "CPTR_EL2.TSM"},

      // Memory tags
      GuestRegister{"RGSR_EL1, GCR_EL1", Encodings{3, 0, 1, 0, {5, 6}}, trapped, "HCR_EL2.ATA"},
      GuestRegister{"TFSR_EL1, TFSRE0_EL1", Encodings{3, 0, 5, 6, {0, 1}}, trapped, "HCR_EL2.ATA"},

      // Errors and limited ordering
      GuestRegister{"ERRIDR_EL1", Encodings{3, 0, 5, 3, 0}, trapped, "HCR_EL2.TERR"},
      GuestRegister{"LOR*_EL1", Encodings{3, 0, 10, 4, any8}, trapped, "HCR_EL2.TLOR"},

      // Debug
      GuestRegister{"DBGBVR<n>_EL1, DBGBCR<n>_EL1", Encodings{2, 0, 0, any16, {4, 5}}, trapped, "MDCR_EL2.TDA"},
      GuestRegister{"DBGWVR<n>_EL1, DBGWCR<n>_EL1", Encodings{2, 0, 0, any16, {6, 7}}, trapped, "MDCR_EL2.TDA"},
      GuestRegister{"MDCCINT_EL1, MDSCR_EL1", Encodings{2, 0, 0, 2, {0, 2}}, trapped, "MDCR_EL2.TDA"},
      GuestRegister{"MDCCSR_EL0", Encodings{2, 3, 0, 1, 0}, trapped, "MDCR_EL2.TDA"},
      GuestRegister{"MDRAR_EL1", Encodings{2, 0, 1, 0, 0}, trapped, "MDCR_EL2.TDRA"},
      GuestRegister{"OSLAR_EL1, OSLSR_EL1", Encodings{2, 0, 1, {0, 1}, 4}, trapped, "MDCR_EL2.TDOSA"},
      GuestRegister{"OSDLR_EL1", Encodings{2, 0, 1, 3, 4}, trapped, "MDCR_EL2.TDOSA"},

      // Performance monitors
      GuestRegister{"PMINTENSET_EL1, PMINTENCLR_EL1", Encodings{3, 0, 9, 14, {1, 2}}, trapped, "MDCR_EL2.TPM"},
      GuestRegister{"PMMIR_EL1", Encodings{3, 0, 9, 14, 6}, trapped, "MDCR_EL2.TPM"},
      GuestRegister{"PMCR_EL0, PMCNTEN*, PMOVSCLR, PMSWINC, PMSELR, PMCEID*", Encodings{3, 3, 9, 12, any8}, trapped,
                    "MDCR_EL2.TPM"},
      GuestRegister{"PMCCNTR_EL0, PMXEVTYPER_EL0, PMXEVCNTR_EL0", Encodings{3, 3, 9, 13, {0, 2}}, trapped,
                    "MDCR_EL2.TPM"},
      GuestRegister{"PMUSERENR_EL0, PMOVSSET_EL0", Encodings{3, 3, 9, 14, {0, 3}}, trapped, "MDCR_EL2.TPM"},
      GuestRegister{"PMEVCNTR<n>_EL0", Encodings{3, 3, 14, {8, 11}, any8}, trapped, "MDCR_EL2.TPM"},
      GuestRegister{"PMEVTYPER<n>_EL0, PMCCFILTR_EL0", Encodings{3, 3, 14, {12, 15}, any8}, trapped, "MDCR_EL2.TPM"},

      // The interrupt controller's CPU interface
      GuestRegister{"ICC_PMR_EL1", Encodings{3, 0, 4, 6, 0}, trapped, "ICH_HCR_EL2.TC"},
      GuestRegister{"ICC_*0_EL1, ICC_AP0R<n>_EL1", Encodings{3, 0, 12, 8, any8}, trapped, "ICH_HCR_EL2.TALL0"},
      GuestRegister{"ICC_AP1R<n>_EL1", Encodings{3, 0, 12, 9, any8}, trapped, "ICH_HCR_EL2.TALL1"},
      GuestRegister{"ICC_DIR_EL1, ICC_RPR_EL1", Encodings{3, 0, 12, 11, {1, 3}}, trapped, "ICH_HCR_EL2.TC"},
      GuestRegister{"ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1", Encodings{3, 0, 12, 11, {5, 7}}, trapped,
                    "ICH_HCR_EL2.TC"},
      GuestRegister{"ICC_IAR1_EL1, ICC_EOIR1_EL1, ICC_HPPIR1_EL1, ICC_BPR1_EL1", Encodings{3, 0, 12, 12, {0, 3}},
                    trapped, "ICH_HCR_EL2.TALL1"},
      GuestRegister{"ICC_CTLR_EL1", Encodings{3, 0, 12, 12, 4}, trapped, "ICH_HCR_EL2.TC"},
      GuestRegister{"ICC_SRE_EL1", Encodings{3, 0, 12, 12, 5}, fixed, "ICC_SRE_EL2.SRE"},
      GuestRegister{"ICC_IGRPEN0_EL1", Encodings{3, 0, 12, 12, 6}, trapped, "ICH_HCR_EL2.TALL0"},
      GuestRegister{"ICC_IGRPEN1_EL1", Encodings{3, 0, 12, 12, 7}, trapped, "ICH_HCR_EL2.TALL1"},
  };
}();

/// How many 64-bit words the context of a vCPU has.
inline constexpr unsigned context_words = [] {
  unsigned words = 0;
  for (const GuestRegister& row : guest_registers) { words += row.keeping == Keeping::saved ? row.words : 0; }
  return words;
}();
static_assert(context_words <= 512, "a context fits into a frame");

/// Where the context of a vCPU has a register: the place of its first word. Saved rows stand there in the order of the
/// table.
consteval unsigned context_place(std::string_view name) {
  unsigned place = 0;
  for (const GuestRegister& row : guest_registers) {
    if (row.keeping != Keeping::saved) { continue; }
    if (row.name == name) { return place; }
    place += row.words;
  }
  throw "no such register is saved";
}

/// A word of a context.
struct ContextWord {
  unsigned place;
  uint64_t value;
};

/// What a vCPU that was just created has in its registers, but for PC and X0 and where that is zero.
inline constexpr auto reset_context = [] {
  constexpr size_t count = [] {
    size_t words = 0;
    for (const GuestRegister& row : guest_registers) { words += row.reset != 0 ? 1 : 0; }
    return words;
  }();
  std::array<ContextWord, count> context{};
  size_t found = 0;
  unsigned place = 0;
  for (const GuestRegister& row : guest_registers) {
    if (row.reset != 0) {
      context.at(found++) = {place, row.reset};
    }
    place += row.keeping == Keeping::saved ? row.words : 0;
  }
  return context;
}();

}  // namespace bulkhead
