#include "hw/attributes.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

constexpr MemoryControls plain{false, false, false};
constexpr MemoryControls cacheable{true, false, false};
constexpr MemoryControls uncached{true, true, false};
constexpr MemoryControls forced{false, false, true};
constexpr MemoryControls forced_cacheable{true, false, true};
constexpr MemoryControls forced_uncached{true, true, true};

constexpr unsigned inner = 0b11;

uint8_t type_of(unsigned memattr, const MemoryControls& controls) {
  return memory_attributes(memattr, inner, controls).type;
}

TEST_CASE("Stage 1 off is Device-nGnRnE, and without FWB stage 2 cannot weaken it") {
  for (unsigned memattr = 0; memattr < 16; ++memattr) {
    CHECK(memory_attributes(memattr, inner, plain) == MemoryAttributes{0x00, Shareability::outer});
  }
}

TEST_CASE("With DC = 1 stage 2 decides") {
  CHECK(type_of(0b0000, cacheable) == 0x00);
  CHECK(type_of(0b0001, cacheable) == 0x04);
  CHECK(type_of(0b0010, cacheable) == 0x08);
  CHECK(type_of(0b0011, cacheable) == 0x0C);
  CHECK(type_of(0b0101, cacheable) == 0x44);
  CHECK(type_of(0b1010, cacheable) == 0xBB);
  CHECK(type_of(0b1111, cacheable) == 0xFF);
  // Outer in the upper half, inner in the lower.
  CHECK(type_of(0b0111, cacheable) == 0x4F);
  CHECK(type_of(0b1110, cacheable) == 0xFB);
  CHECK(type_of(0b1101, cacheable) == 0xF4);
}

TEST_CASE("CD = 1 makes Normal memory Non-cacheable and leaves Device alone") {
  for (const unsigned memattr : {0b0101U, 0b1010U, 0b1111U}) { CHECK(type_of(memattr, uncached) == 0x44); }
  CHECK(type_of(0b0001, uncached) == 0x04);
  CHECK(type_of(0b0110, forced_uncached) == 0x44);
  CHECK(type_of(0b0111, forced_uncached) == 0x44);
  CHECK(type_of(0b0010, forced_uncached) == 0x08);
}

TEST_CASE("With FWB stage 2 may force Write-Back, keep stage 1, or restrict it") {
  CHECK(type_of(0b0110, forced) == 0xFF);
  CHECK(type_of(0b0111, forced) == 0x00);
  CHECK(type_of(0b0101, forced) == 0x00);
  CHECK(type_of(0b0110, forced_cacheable) == 0xFF);
  CHECK(type_of(0b0111, forced_cacheable) == 0xFF);
  CHECK(type_of(0b0101, forced_cacheable) == 0x44);
  // Device combines as without FWB.
  CHECK(type_of(0b0001, forced) == 0x00);
  CHECK(type_of(0b0001, forced_cacheable) == 0x04);
  CHECK(type_of(0b0011, forced_cacheable) == 0x0C);
}

TEST_CASE("Shareability is the wider of the two stages; Device and Non-cacheable are Outer Shareable") {
  const auto shareability = [](unsigned memattr, unsigned sh, const MemoryControls& controls) {
    return memory_attributes(memattr, sh, controls).shareability;
  };
  CHECK(shareability(0b1111, 0b00, cacheable) == Shareability::non);
  CHECK(shareability(0b1111, 0b01, cacheable) == Shareability::non);
  CHECK(shareability(0b1111, 0b10, cacheable) == Shareability::outer);
  CHECK(shareability(0b1111, 0b11, cacheable) == Shareability::inner);
  CHECK(shareability(0b0101, 0b11, cacheable) == Shareability::outer);
  CHECK(shareability(0b0001, 0b11, cacheable) == Shareability::outer);
  CHECK(shareability(0b0111, 0b11, cacheable) == Shareability::inner);
  // Stage 1 off is Outer Shareable, even where FWB replaces its type.
  CHECK(shareability(0b0110, 0b00, forced) == Shareability::outer);
  CHECK(shareability(0b0110, 0b11, forced_cacheable) == Shareability::inner);
}

}  // namespace
}  // namespace bulkhead::hw
