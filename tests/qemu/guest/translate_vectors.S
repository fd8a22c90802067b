// Exceptions of the guest that translates addresses. EL2, MMU off.

  .section .text, "ax"

// The one exception expected is a synchronous external abort of an AT instruction, which `translate` in translate.c has
// announced by TPIDR_EL2 = 1 and with x9 free. ESR_EL2 is left in TPIDR_EL2, and the AT is skipped.
expected:
  mrs x9, tpidr_el2
  sub x9, x9, #1
  cbnz x9, unexpected
  mrs x9, esr_el2
  msr tpidr_el2, x9
  mrs x9, elr_el2
  add x9, x9, #4
  msr elr_el2, x9
  eret

unexpected:
  mov x0, #3
  b stop

  .balign 2048
  .global vectors
vectors:
  .rept 4
  .balign 128
  b unexpected
  .endr
  .balign 128
  b expected
  .rept 11
  .balign 128
  b unexpected
  .endr
