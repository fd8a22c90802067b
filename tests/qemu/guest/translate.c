// Answers address translation queries (tests/qemu/protocol.hpp) from the file `cases` into the file `answers`. EL2, MMU
// off: every access is aligned.
#include "files.h"

// PAR_EL1 after the instruction, or the mark and ESR_EL2 if it took an exception.
#define translate(instruction, address)                                                             \
  ({                                                                                                \
    uint64_t par, taken;                                                                            \
    asm volatile("mov x9, #1\n msr tpidr_el2, x9\n at " instruction ", %2\n isb\n mrs %0, par_el1\n" \
                 "mrs %1, tpidr_el2"                                                                \
                 : "=&r"(par), "=&r"(taken)                                                         \
                 : "r"(address)                                                                     \
                 : "x9", "memory");                                                                 \
    taken == 1 ? par : 0xFFFFFFFF00000000 | taken;                                                  \
  })

static uint64_t answer(uint64_t address, uint64_t kind) {
  switch (kind) {
    case 0: return translate("s12e1r", address);
    case 1: return translate("s12e1w", address);
    case 2: return translate("s12e0r", address);
    default: return translate("s12e0w", address);
  }
}

static void set_registers(uint64_t vtcr, uint64_t vttbr, uint64_t hcr) {
  asm volatile(
      "msr vtcr_el2, %0\n msr vttbr_el2, %1\n msr hcr_el2, %2\n isb\n tlbi alle1\n dsb sy\n isb" ::"r"(vtcr),
      "r"(vttbr), "r"(hcr)
      : "memory");
}

// The words of the case at hand, so that they can be put back.
enum { words_at_most = 4096 };
static uint64_t written[words_at_most];

static void run_case(void) {
  const uint64_t vtcr = take(), vttbr = take(), hcr = take();
  const uint64_t words = take(), queries = take();
  if (words > words_at_most) { stop(exit_io); }
  for (uint64_t i = 0; i < words; ++i) {
    written[i] = take();
    *(volatile uint64_t *)written[i] = take();
  }
  set_registers(vtcr, vttbr, hcr);
  for (uint64_t i = 0; i < queries; ++i) {
    const uint64_t address = take();
    give(answer(address, take()));
  }
  for (uint64_t i = 0; i < words; ++i) { *(volatile uint64_t *)written[i] = 0; }
}

static void give_identification(void) {
  uint64_t mmfr0, mmfr1, mmfr2;
  asm("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
  asm("mrs %0, id_aa64mmfr1_el1" : "=r"(mmfr1));
  asm("mrs %0, s3_0_c0_c7_2" : "=r"(mmfr2));
  give(mmfr0);
  give(mmfr1);
  give(mmfr2);
}

void run(void) {
  asm volatile("msr sctlr_el1, %0\n msr tcr_el1, xzr\n isb" ::"r"((uint64_t)0x30D00800 /* RES1; MMU off */));
  open_files();
  give_identification();
  while (!at_end()) { run_case(); }
  close_files();
}
