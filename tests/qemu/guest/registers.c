// Tries to read and write every system register that an instruction can name (op0 2 and 3) at EL1, under trap controls
// that the file `cases` names, and writes to the file `answers` what came of it (tests/qemu/register_scan.hpp).
#include "files.h"

enum { encodings = 1 << 15 };
enum { scanned = 0, undefined = 1, trapped = 2 };

extern char vectors_el1[];
void enter_el1(void (*program)(void));

// What the last access that took an exception took: set by the handlers in registers_vectors.S.
volatile uint64_t taken;

struct result {
  uint64_t outcomes;  // of the read, and from bit 8 on of the write
  uint64_t held;      // the bits that hold what is written to them
};
static struct result results[encodings];

// The instructions that are tried, written anew for each register.
static uint32_t code[16] __attribute__((aligned(64)));

// Identity maps of 1 GiB blocks: devices, then RAM.
enum { gibs = 512 };
static uint64_t stage1[gibs] __attribute__((aligned(4096)));
static uint64_t stage2[2 * gibs] __attribute__((aligned(8192)));

static void write_maps(void) {
  for (uint64_t i = 0; i < gibs; ++i) {
    stage1[i] = i << 30 | 0x701;  // AF, Inner Shareable, AttrIndx 0, valid block
    stage2[i] = i << 30 | 0x7FD;  // AF, Inner Shareable, S2AP 0b11, Normal Write-Back, valid block
  }
}

static uint32_t mrs(uint64_t encoding, unsigned to) { return 0xD5300000u | (uint32_t)encoding << 5 | to; }
static uint32_t msr(uint64_t encoding, unsigned from) { return 0xD5100000u | (uint32_t)encoding << 5 | from; }
enum { ret = 0xD65F03C0, isb = 0xD5033FDF, eor_x2_x1_x0 = 0xCA000022, eor_x0_x3_x1 = 0xCA010060 };

// Runs the instructions that were written last. x0 is their argument and result.
static uint64_t run_again(uint64_t argument) {
  register uint64_t x0 asm("x0") = argument;
  register uint32_t *target asm("x11") = code;
  asm volatile("blr %1" : "+r"(x0) : "r"(target) : "x1", "x2", "x3", "x9", "x10", "x30", "cc", "memory");
  return x0;
}

static uint64_t run_code(const uint32_t *instructions, unsigned count, uint64_t argument) {
  for (unsigned i = 0; i < count; ++i) { code[i] = instructions[i]; }
  asm volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" ::"r"(code) : "memory");
  taken = scanned;
  return run_again(argument);
}

// Each bit alone is turned over and read again. Nothing but registers is used until the value is back: it may be one on
// which loads, stores or the stack depend.
static uint64_t held_bits(uint64_t encoding) {
  const uint32_t turn_over[] = {mrs(encoding, 1), eor_x2_x1_x0,     msr(encoding, 2), isb,
                                mrs(encoding, 3), msr(encoding, 1), isb,              eor_x0_x3_x1,
                                ret};
  uint64_t held = run_code(turn_over, 9, 1) & 1;
  for (unsigned bit = 1; bit < 64; ++bit) { held |= run_again((uint64_t)1 << bit) & (uint64_t)1 << bit; }
  return held;
}

static void scan(void) {
  for (uint64_t encoding = 0; encoding < encodings; ++encoding) {
    const uint32_t read[] = {mrs(encoding, 0), ret};
    const uint32_t write[] = {msr(encoding, 0), isb, ret};
    const uint64_t value = run_code(read, 2, 0);
    const uint64_t of_read = taken;
    run_code(write, 3, of_read == scanned ? value : 0);
    const uint64_t of_write = taken;
    results[encoding].outcomes = of_read | of_write << 8;
    results[encoding].held = of_read == scanned && of_write == scanned ? held_bits(encoding) : 0;
  }
  asm volatile("hvc #0");
}

#define set(name) asm volatile("msr " name ", %0" ::"r"(take()))

// In the order of `encode_controls` in tests/qemu/register_scan.cpp.
static void set_controls(void) {
  set("hcr_el2");
  set("cptr_el2");
  set("mdcr_el2");
  set("cnthctl_el2");
  set("hstr_el2");
  set("s3_4_c12_c9_5");   // ICC_SRE_EL2
  asm volatile("isb");
  set("s3_4_c12_c11_0");  // ICH_HCR_EL2
}

static void set_translation(void) {
  const uint64_t vtcr = 0x80023558;  // 40 bits from level 1, 4 KiB, Write-Back, Inner Shareable
  const uint64_t tcr = 0x200003519;  // 39 bits from level 1, 4 KiB, Write-Back, Inner Shareable, 40-bit addresses
  asm volatile("msr vtcr_el2, %0\n msr vttbr_el2, %1" ::"r"(vtcr), "r"(stage2));
  asm volatile("msr tcr_el1, %0\n msr ttbr0_el1, %1\n msr mair_el1, %2" ::"r"(tcr), "r"(stage1), "r"((uint64_t)0xFF));
  asm volatile("msr sctlr_el1, %0" ::"r"((uint64_t)0x30D00800 /* RES1; MMU off */));
  asm volatile("msr vbar_el1, %0\n msr cpacr_el1, %1" ::"r"(vectors_el1), "r"((uint64_t)0x3330000 /* no trap to EL1 */));
  asm volatile("isb\n tlbi alle1\n dsb sy\n isb");
}

void run(void) {
  open_files();
  write_maps();
  set_translation();
  set_controls();
  enter_el1(scan);
}

// Back at EL2, whose registers and caches the program was kept from.
void report(void) {
  for (uint64_t encoding = 0; encoding < encodings; ++encoding) {
    give(results[encoding].outcomes);
    give(results[encoding].held);
  }
  close_files();
}
