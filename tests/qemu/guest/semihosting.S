  .section .text, "ax"

// A semihosting call: operation in w0, parameter block in x1; the result is in x0.
  .global semihosting
semihosting:
  hlt #0xf000
  ret
