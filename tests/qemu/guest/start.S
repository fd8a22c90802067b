// Entry of a guest program at EL2, without libc, and its calls of the machine. The program has `vectors` and `run`.

  .section .text.start, "ax"
  .global start
start:
  ldr x0, =stack_top
  mov sp, x0
  ldr x0, =vectors
  msr vbar_el2, x0
  isb
  bl run

// A semihosting call: operation in w0, parameter block in x1; the result is in x0.
  .global semihosting
semihosting:
  hlt #0xf000
  ret
