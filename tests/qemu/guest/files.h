// The two files of a guest program, both in QEMU's folder and opened by semihosting: it reads words from `cases` and
// writes words to `answers`.
#ifndef BULKHEAD_TESTS_QEMU_GUEST_FILES_H
#define BULKHEAD_TESTS_QEMU_GUEST_FILES_H

#include <stddef.h>
#include <stdint.h>

enum { exit_done = 0, exit_open = 1, exit_io = 2 };

// Ends QEMU with that exit status.
void stop(uint64_t status);

void open_files(void);
// Writes what is left, and ends QEMU.
void close_files(void);

// The next word; there must be one.
uint64_t take(void);
int at_end(void);
void give(uint64_t word);

#endif
