// Exceptions of the guest that scans registers, and its way to EL1.

  .section .text, "ax"

// Runs the program in x0 at EL1, with a stack of its own. It ends by HVC.
  .global enter_el1
enter_el1:
  msr elr_el2, x0
  mov x0, #0x3C5  // EL1h, all masked
  msr spsr_el2, x0
  mov x0, sp
  sub x0, x0, #0x8000
  msr sp_el1, x0
  isb
  eret

// An access is told to have taken an exception to EL1 (1) or EL2 (2), and is skipped. x9 and x10 are free: only the
// instructions in `code` of registers.c are expected to come here.
from_el1:
  mrs x9, esr_el2
  lsr x9, x9, #26
  cmp x9, #0x16  // HVC
  b.eq report
  cmp x9, #0x1D  // aborts and what else is not about a register
  b.hi unexpected
  mov x9, #2
  adrp x10, taken
  str x9, [x10, :lo12:taken]
  mrs x9, elr_el2
  add x9, x9, #4
  msr elr_el2, x9
  eret

within_el1:
  mrs x9, esr_el1
  lsr x9, x9, #26
  cmp x9, #0x1D
  b.hi .  // the host of the test ends what takes too long
  mov x9, #1
  adrp x10, taken
  str x9, [x10, :lo12:taken]
  mrs x9, elr_el1
  add x9, x9, #4
  msr elr_el1, x9
  eret

unexpected:
  mov x0, #3
  b stop

  .balign 2048
  .global vectors
vectors:
  .rept 8
  .balign 128
  b unexpected
  .endr
  .balign 128
  b from_el1
  .rept 7
  .balign 128
  b unexpected
  .endr

  .balign 2048
  .global vectors_el1
vectors_el1:
  .rept 4
  .balign 128
  b .
  .endr
  .balign 128
  b within_el1
  .rept 11
  .balign 128
  b .
  .endr
