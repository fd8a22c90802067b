#include "files.h"

enum { sys_open = 0x01, sys_close = 0x02, sys_write = 0x05, sys_read = 0x06, sys_exit = 0x18 };
enum { read_binary = 1, write_binary = 5 };
enum { buffer_words = 1 << 17 };

uint64_t semihosting(uint64_t operation, uint64_t *block);

void stop(uint64_t status) {
  uint64_t block[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, status};
  for (;;) { semihosting(sys_exit, block); }
}

static uint64_t open_file(const char *name, size_t length, uint64_t mode) {
  uint64_t block[3] = {(uint64_t)name, mode, length};
  const uint64_t handle = semihosting(sys_open, block);
  if (handle == ~(uint64_t)0) { stop(exit_open); }
  return handle;
}

struct buffer {
  uint64_t handle;
  size_t at;
  size_t end;
  uint64_t words[buffer_words];
};
static struct buffer cases;
static struct buffer answers;

// Reads the next words, 0 at the end of the file. The file holds whole words.
static size_t fill(void) {
  uint64_t block[3] = {cases.handle, (uint64_t)cases.words, sizeof cases.words};
  const uint64_t left = semihosting(sys_read, block);
  if (left > sizeof cases.words || left % 8 != 0) { stop(exit_io); }
  cases.at = 0;
  cases.end = (sizeof cases.words - left) / 8;
  return cases.end;
}

uint64_t take(void) {
  if (cases.at == cases.end && fill() == 0) { stop(exit_io); }
  return cases.words[cases.at++];
}

int at_end(void) { return cases.at == cases.end && fill() == 0; }

static void flush(void) {
  uint64_t block[3] = {answers.handle, (uint64_t)answers.words, answers.at * 8};
  if (semihosting(sys_write, block) != 0) { stop(exit_io); }
  answers.at = 0;
}

void give(uint64_t word) {
  if (answers.at == buffer_words) { flush(); }
  answers.words[answers.at++] = word;
}

void open_files(void) {
  cases.handle = open_file("cases", 5, read_binary);
  answers.handle = open_file("answers", 7, write_binary);
}

void close_files(void) {
  flush();
  uint64_t block[1] = {answers.handle};
  semihosting(sys_close, block);
  stop(exit_done);
}
