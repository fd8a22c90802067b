#include "tests/qemu/demands.hpp"

#include "tests/catch.hpp"
#include "tests/qemu/comparison.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

constexpr uint64_t root = tables_first;
constexpr uint64_t four_levels = 16 | 2 << 6 | 5 << 16;
constexpr uint64_t from_level_1 = 25 | 1 << 6 | 5 << 16;
constexpr uint64_t ds = uint64_t{1} << 32;
constexpr uint64_t vm = 1, dc = 1 << 12, fwb = uint64_t{1} << 46;
/// A block at 0 that may be read and written.
constexpr uint64_t block(unsigned memattr) { return memattr << 2 | 0b11 << 6 | 1 << 10 | 0b01; }

const Query query{0, hw::AccessKind::read_el1};

hw::Registers registers(uint64_t vtcr, uint64_t hcr = vm, uint64_t vttbr = root) {
  return {
      .vtcr = hw::VtcrEl2<Concrete>(vtcr), .vttbr = hw::VttbrEl2<Concrete>(vttbr), .hcr = hw::HcrEl2<Concrete>(hcr)};
}

/// The demand where the one word of memory is the first of the initial table.
std::optional<Demand> demand(const hw::Registers& of, uint64_t word) {
  const Memory memory({.registers = of, .words = {{root, word}}, .queries = {}});
  return demand_on(of, {}, ask_model(of, {}, memory, query, Departures::all()));
}

bool is_demanded(const std::optional<Demand>& demand, uint64_t par) {
  return demand && demand->mask == ~uint64_t{0} && demand->value == par;
}

TEST_CASE("Where QEMU takes a block that there is not, a translation fault is demanded") {
  CHECK(is_demanded(demand(registers(four_levels), block(0xF)), 0xA09));
  CHECK_FALSE(demand(registers(four_levels | ds), block(0xF)));
  CHECK_FALSE(demand(registers(from_level_1), block(0xF)));
  CHECK_FALSE(demand(registers(four_levels), 0));
}

TEST_CASE("Where QEMU ignores address bits, an address size fault is demanded") {
  CHECK(is_demanded(demand(registers(from_level_1 | ds), block(0xF) | 1 << 9), 0xA03));
  CHECK(is_demanded(demand(registers(from_level_1 | ds, vm, root | 1 << 2), 0), 0xA01));
  CHECK_FALSE(demand(registers((from_level_1 & ~uint64_t{7 << 16}) | 6 << 16 | ds), block(0xF) | 1 << 9));
}

TEST_CASE("With FWB type and shareability are demanded") {
  const auto attributes = [](uint64_t hcr, unsigned memattr, unsigned sh) {
    const auto demanded = demand(registers(from_level_1, vm | fwb | hcr), block(memattr) | sh << 8);
    REQUIRE(demanded);
    return std::pair{demanded->value >> 56, demanded->value >> 7 & 3};
  };
  using Pair = std::pair<uint64_t, uint64_t>;
  CHECK(attributes(0, 0b0011, 3) == Pair{0x00, 2});
  CHECK(attributes(dc, 0b0011, 3) == Pair{0x0C, 2});
  CHECK(attributes(0, 0b0101, 3) == Pair{0x00, 2});
  CHECK(attributes(dc, 0b0101, 3) == Pair{0x44, 2});
  CHECK(attributes(0, 0b0110, 3) == Pair{0xFF, 2});
  CHECK(attributes(dc, 0b1110, 3) == Pair{0xFF, 3});
  CHECK(attributes(dc, 0b0111, 1) == Pair{0xFF, 0});
  CHECK(attributes(dc | uint64_t{1} << 32, 0b0110, 3) == Pair{0x44, 2});
  CHECK_FALSE(demand(registers(from_level_1), block(0b0110)));
}

TEST_CASE("An answer that follows QEMU where another is demanded is found out") {
  const Demand fault{~uint64_t{0}, 0xA09};
  CHECK(fault.is_met_by(0xA09));
  CHECK_FALSE(fault.is_met_by(0xA0B));
  const Demand type{uint64_t{0xFF} << 56, uint64_t{0x44} << 56};
  CHECK(type.is_met_by(0x4400000000000B00));
  CHECK_FALSE(type.is_met_by(0xFF00000000000B00));
}

}  // namespace
}  // namespace bulkhead::qemu
