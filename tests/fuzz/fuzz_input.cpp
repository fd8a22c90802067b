#include "tests/fuzz/read_input.hpp"

/// The target of a coverage-guided fuzzer: libFuzzer, or AFL++ with its driver for such targets.
// NOLINTNEXTLINE(readability-identifier-naming): named by libFuzzer
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::test::read_input(data, size);
  return 0;
}
