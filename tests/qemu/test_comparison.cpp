#include "tests/qemu/comparison.hpp"

#include "tests/catch.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

constexpr uint64_t root = tables_first;
constexpr uint64_t second = root + 0x10000;
constexpr uint64_t third = root + 0x20000;

constexpr uint64_t vtcr(unsigned t0sz, unsigned sl0, unsigned ps) { return t0sz | sl0 << 6 | uint64_t{ps} << 16; }
constexpr uint64_t kib16 = 0b10 << 14;
constexpr uint64_t kib64 = 0b01 << 14;
constexpr uint64_t ds = uint64_t{1} << 32;
constexpr uint64_t sl2 = uint64_t{1} << 33;
constexpr uint64_t vm = 1;
constexpr uint64_t dc = 1 << 12;
constexpr uint64_t cd = uint64_t{1} << 32;
constexpr uint64_t fwb = uint64_t{1} << 46;
/// A block at 0: accessed, read and write, MemAttr and SH as given.
constexpr uint64_t block(unsigned memattr, unsigned sh = 0) {
  return memattr << 2 | 0b11 << 6 | sh << 8 | 1 << 10 | 0b01;
}

/// A query of address 0 for which QEMU departs from the architecture.
struct Example {
  uint64_t vtcr;
  uint64_t vttbr;
  uint64_t hcr;
  std::vector<Entry> words;
  std::vector<Departure> departures;
};

const Query query{0, hw::AccessKind::read_el1};

struct Asked {
  explicit Asked(const Example& example)
      : registers{.vtcr = hw::VtcrEl2<Concrete>(example.vtcr),
                  .vttbr = hw::VttbrEl2<Concrete>(example.vttbr),
                  .hcr = hw::HcrEl2<Concrete>(example.hcr)},
        memory({.registers = registers, .words = example.words, .queries = {}}) {}

  uint64_t answer(Departures departures) const { return ask_model(registers, {}, memory, query, departures).answer; }
  Compared judge(uint64_t answer) const { return compare(registers, {}, memory, query, answer); }

  hw::Registers registers;
  Memory memory;
};

const std::vector<Entry> two_tables = {{root, second | 3}};
const std::vector<Entry> three_tables = {{root, second | 3}, {second, third | 3}};

std::vector<Example> examples() {
  const uint64_t plain = vtcr(25, 1, 5);
  return {
      {vtcr(16, 2, 0), root, vm, two_tables, {Departure::size_against_ps}},
      {vtcr(14, 0, 6) | ds | sl2, root, vm, three_tables, {Departure::level_minus_1_at_52_bits}},
      {vtcr(12, 3, 6) | ds | kib16, root, vm, two_tables, {Departure::no_16k_level_0}},
      {vtcr(16, 2, 5), root, vm, {{root, block(0xF)}}, {Departure::block_at_any_level}},
      {vtcr(12, 0, 6) | ds | sl2, root, vm, {{root, block(0xF)}}, {Departure::block_at_any_level}},
      {plain | ds, root, vm, {{root, block(0xF, 1)}}, {Departure::narrow_output}},
      {plain | ds, root | 1 << 2, vm, {}, {Departure::narrow_base}},
      // Two entries of level 0, the first at bits [5:4] of VTTBR_EL2.
      {vtcr(24, 2, 5) | ds,
       root | 1 << 4,
       vm,
       {{root | 0x10, second | 3}},
       {Departure::narrow_base, Departure::base_below_64_bytes}},
      {plain, root, vm | fwb, {{root, block(0b0011)}}, {Departure::fwb_device_of_stage2}},
      {plain, root, vm | fwb, {{root, block(0b0110)}}, {Departure::fwb_shareability_of_stage2}},
      {plain, root, vm | fwb | dc, {{root, block(0b1111)}}, {Departure::fwb_reserved_is_device}},
      {plain, root, vm | fwb | dc | cd, {{root, block(0b0110)}}, {Departure::fwb_ignores_cd}},
  };
}

TEST_CASE("Each departure explains what QEMU does, by its name") {
  std::vector<bool> shown(departure_texts.size());
  for (const Example& example : examples()) {
    const Asked asked(example);
    const uint64_t of_qemu = asked.answer(Departures::all());
    CAPTURE(text_of(example.departures.front()).name);
    REQUIRE(of_qemu != asked.answer(Departures::none()));
    const Compared compared = asked.judge(of_qemu);
    CHECK(compared.judgement == Judgement::explained);
    CHECK(compared.departures == example.departures);
    for (const Departure departure : compared.departures) { shown[static_cast<size_t>(departure)] = true; }
  }
  CHECK(shown == std::vector<bool>(departure_texts.size(), true));
}

TEST_CASE("Where QEMU is known to depart, the architecture's answer is unexplained, and so is any other") {
  for (const Example& example : examples()) {
    const Asked asked(example);
    CAPTURE(text_of(example.departures.front()).name);
    CHECK(asked.judge(asked.answer(Departures::none())).judgement == Judgement::unexplained);
    CHECK(asked.judge(asked.answer(Departures::all()) ^ 0x1000).judgement == Judgement::unexplained);
  }
}

TEST_CASE("A departure reaches no further than QEMU's") {
  // Of the base with the 64 KiB granule QEMU ignores nothing that the architecture does not.
  const Asked base({vtcr(25, 1, 5) | kib64, root | 1 << 2, vm, {}, {}});
  CHECK(base.answer(Departures::all()) == base.answer(Departures::none()));
  // A block that the architecture has is none of QEMU's departures: were the model to refuse it, that would show.
  const auto added = [](uint64_t vtcr) {
    const hw::Registers registers{.vtcr = hw::VtcrEl2<Concrete>(vtcr), .vttbr = {}, .hcr = {}};
    const Memory memory(Case{});
    const auto levels = [&](Departures departures) {
      return ask_model(registers, {}, memory, query, departures).stage2.block_levels;
    };
    return levels(Departures::all()) & ~levels(Departures::none());
  };
  CHECK(added(vtcr(25, 1, 5)) == 0b0011);
  CHECK(added(vtcr(25, 1, 5) | ds) == 0b0001);
  CHECK(added(vtcr(25, 1, 5) | kib16) == 0b0111);
  CHECK(added(vtcr(25, 1, 5) | kib64) == 0b0011);
}

TEST_CASE("Without a departure equal answers are the same, and any bit that differs is unexplained") {
  const Asked asked({vtcr(25, 1, 5), root, vm | dc, {{root, block(0xF, 3)}}, {}});
  const uint64_t answer = asked.answer(Departures::none());
  CHECK(answer == 0xFF00000000000B80);
  CHECK(asked.judge(answer).judgement == Judgement::same);
  CHECK(asked.judge(answer).departures.empty());
  for (unsigned bit = 0; bit < 64; ++bit) {
    CHECK(asked.judge(answer ^ uint64_t{1} << bit).judgement == Judgement::unexplained);
  }
}

TEST_CASE("A table where there is nothing is an external abort at its level") {
  const Asked asked({vtcr(25, 1, 5), root, vm, {{root, void_first | 3}}, {}});
  CHECK(asked.judge(0xFFFFFFFF96000156).judgement == Judgement::same);
  CHECK(asked.judge(0xFFFFFFFF96000155).judgement == Judgement::unexplained);
  const Asked highest({vtcr(12, 0, 6) | ds | sl2, root | 1 << 2, vm, {}, {}});
  CHECK(highest.judge(0xFFFFFFFF96000153).judgement == Judgement::same);
}

TEST_CASE("What cannot be asked is known beforehand") {
  const auto obstacle = [](const Example& example) {
    const Asked asked(example);
    return ask_model(asked.registers, {}, asked.memory, query, Departures::all()).obstacle;
  };
  const uint64_t level_minus_1 = vtcr(12, 0, 6) | ds | sl2;
  constexpr uint64_t accessed = 1 << 10;
  constexpr uint64_t readable = 1 << 6;
  CHECK(obstacle({level_minus_1, root, vm, {{root, block(0xF) & ~accessed}}, {}}) == Obstacle::block_at_level_minus_1);
  CHECK(obstacle({level_minus_1, root, vm, {{root, block(0xF) & ~readable}}, {}}) == Obstacle::block_at_level_minus_1);
  CHECK(obstacle({level_minus_1, root, vm, {{root, block(0xF)}}, {}}) == Obstacle::none);
  CHECK(obstacle({level_minus_1, root, vm, {}, {}}) == Obstacle::none);
  CHECK(obstacle({level_minus_1, root, vm, {{root, void_first | 3}}, {}}) == Obstacle::none);
  CHECK(obstacle({vtcr(25, 1, 5), root, vm, {{root, 0x9000003}}, {}}) == Obstacle::walk_of_devices);
}

}  // namespace
}  // namespace bulkhead::qemu
