#include "hw/known_memory.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

TEST_CASE("a word is known once it is stored") {
  KnownMemory memory;
  CHECK_FALSE(memory.word(1, 2).has_value());
  memory.store(1, 2, 7);
  CHECK(memory.word(1, 2) == 7);
  CHECK_FALSE(memory.word(1, 3).has_value());
}

TEST_CASE("a fill makes all words known, a store after it one of them another") {
  KnownMemory memory;
  memory.store(1, 2, 7);
  memory.fill(1, 9);
  CHECK(memory.word(1, 2) == 9);
  memory.store(1, 2, 8);
  CHECK(memory.word(1, 2) == 8);
  CHECK(memory.word(1, 511) == 9);
}

TEST_CASE("a fill with a step makes each word known, and another") {
  KnownMemory memory;
  memory.fill(1, 9);
  memory.fill(1, 0x40000001, 0x1000);
  CHECK(memory.word(1, 0) == 0x40000001);
  CHECK(memory.word(1, 1) == 0x40001001);
  CHECK(memory.word(1, 511) == 0x401ff001);
  memory.store(1, 1, 9);
  CHECK(memory.word(1, 1) == 9);
  memory.copy(2, 1);
  CHECK(memory.word(2, 2) == 0x40002001);
  memory.fill(1, 0x200001, 0x200000);
  CHECK(memory.word(1, 0) == 0x200001);
  CHECK(memory.word(1, 1) == 0x200001);
  CHECK(memory.word(1, 2) == 0x600001);
  memory.fill(1, 7);
  CHECK(memory.word(1, 511) == 7);
}

TEST_CASE("a copy knows what its source knows, and no more") {
  KnownMemory memory;
  memory.fill(2, 5);
  memory.store(1, 2, 7);
  memory.copy(2, 1);
  CHECK(memory.word(2, 2) == 7);
  CHECK_FALSE(memory.word(2, 3).has_value());
  memory.copy(2, 3);
  CHECK_FALSE(memory.word(2, 2).has_value());
  memory.fill(4, 6);
  memory.copy(2, 4);
  memory.copy(2, 2);
  CHECK(memory.word(2, 2) == 6);
}

TEST_CASE("frames that are kept stay, of others the oldest are forgotten") {
  KnownMemory memory;
  memory.keep(1);
  memory.store(1, 0, 1);
  memory.keep(2);
  memory.store(2, 0, 2);
  memory.release(2);
  for (uint64_t frame = 10; frame < 20000; ++frame) { memory.store(frame, 0, frame); }
  CHECK(memory.word(1, 0) == 1);
  CHECK_FALSE(memory.word(2, 0).has_value());
  CHECK_FALSE(memory.word(10, 0).has_value());
  CHECK(memory.word(19999, 0) == 19999);
}

}  // namespace
}  // namespace bulkhead::hw
