#include "hw/walk.hpp"
#include "impl/boot.hpp"
#include "impl/vtcr.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Numbers = std::vector<uint64_t>;

/// Two ranges of RAM in different GiBs, and engine devices in a third and a fourth.
MachineDescription scattered() {
  MachineDescription machine;
  machine.ram = {{0x80000000, 0xC0000000}, {0x8000000000, 0x8080000000}};
  machine.engine_devices = {{0x08000000, 0x09060000}, {0x200000000, 0x200001000}};
  return machine;
}

hw::WalkResult<C> host_walk(const Engine<C>& engine, uint64_t ipa) {
  const auto read = [&engine](Pa<C> pa) { return engine.hardware.memory().load(frame_of(pa), index_of(pa)); };
  const hw::VttbrEl2<C> vttbr(raw(engine.hardware.vttbr(Cpu<C>(3))));
  return hw::walk<C>(hw::stage2_of(hw::VtcrEl2<C>(vtcr)), vttbr, Ipa<C>(ipa), hw::AccessKind::write_el1, read);
}

void check_host_sees(const Engine<C>& engine, uint64_t pa, uint64_t attribute, int level) {
  INFO(std::hex << pa);
  const auto walked = host_walk(engine, pa);
  CHECK(static_cast<bool>(walked.succeeded()));
  CHECK(raw(address_of(walked.frame())) == pa);
  CHECK(raw(walked.memory_attribute()) == attribute);
  CHECK(walked.level == level);
}

void check_host_faults(const Engine<C>& engine, uint64_t pa) {
  INFO(std::hex << pa);
  const auto walked = host_walk(engine, pa);
  CHECK(enumerator(walked.fault) == hw::FaultKind::translation);
  CHECK(walked.level == hw::last_level);
}

TEST_CASE("at boot the host sees all of RAM and its devices, and nothing of the engine") {
  const Engine<C> engine = boot(scattered());
  for (const uint64_t ram : Numbers{0x80000000, 0xBFFFF000, 0x8000000000, 0x8040000000}) {
    check_host_sees(engine, ram, 0b1111, 3);
  }
  for (const uint64_t device : Numbers{0x0, 0x07FFF000, 0x09060000, 0x200001000}) {
    check_host_sees(engine, device, 0b0001, 3);
  }
  for (const uint64_t device : Numbers{0x40000000, 0xC0000000, 0x240000000, 0xFFFFFFFFF000}) {
    check_host_sees(engine, device, 0b0001, 1);
  }
  for (const uint64_t kept : Numbers{0x08000000, 0x0905F000, 0x200000000}) { check_host_faults(engine, kept); }
}

TEST_CASE("the engine keeps exactly the host's tables, at the end of RAM") {
  const Engine<C> engine = boot(scattered());
  // GiBs 0, 2, 8, 512 and 513 are fine.
  const uint64_t count = 513 + 5 * 513;
  const uint64_t first = 0x8080000000 - (count << page_shift);
  CHECK(raw(address_of(engine.host_root)) == first);
  CHECK(raw(engine.hardware.vttbr(Cpu<C>(0))) == first);
  check_host_sees(engine, first - 0x1000, 0b1111, 3);
  check_host_faults(engine, first);
  check_host_faults(engine, 0x807FFFF000);
  CHECK(enumerator(engine.frames.state.get(frame_of(Pa<C>(first - 0x1000)))) == FrameState::host);
  CHECK(enumerator(engine.frames.state.get(frame_of(Pa<C>(first)))) == FrameState::engine);
}

TEST_CASE("the layout names each of the host's tables once") {
  const HostLayout<C> layout = layout_of(scattered());
  CHECK(enumerator(layout.kind_of(layout.root)) == HostTable::root);
  CHECK(enumerator(layout.kind_of(layout.root - Frame<C>(1))) == HostTable::none);
  const Frame<C> end = layout.root + Frame<C>(513 + 5 * 513);
  CHECK(enumerator(layout.kind_of(end - Frame<C>(1))) == HostTable::level3);
  CHECK(enumerator(layout.kind_of(end)) == HostTable::none);
  for (const uint64_t index : Numbers{0, 1, 511}) {
    const Frame<C> table = layout.level1(Index<C>(index));
    CHECK(enumerator(layout.kind_of(table)) == HostTable::level1);
    CHECK(raw(layout.key_of(table)) == index);
  }
  for (const uint64_t gib : Numbers{0, 2, 8, 512, 513}) {
    CHECK(enumerator(layout.fine.get(Gib<C>(gib))) == Flag::yes);
    const Frame<C> table = layout.level2(Gib<C>(gib));
    CHECK(enumerator(layout.kind_of(table)) == HostTable::level2);
    CHECK(raw(layout.key_of(table)) == gib);
    for (const uint64_t j : Numbers{0, 511}) {
      const Region<C> region(gib << 9 | j);
      CHECK(enumerator(layout.kind_of(layout.level3(region))) == HostTable::level3);
      CHECK(raw(layout.key_of(layout.level3(region))) == raw(region));
    }
  }
  for (const uint64_t gib : Numbers{1, 3, 7, 9, 511, 514}) {
    CHECK(enumerator(layout.fine.get(Gib<C>(gib))) == Flag::no);
  }
}

TEST_CASE("memory holds the host's content at boot and is zero elsewhere") {
  const Engine<C> engine = boot(MachineDescription{}, [](Frame<C>, Index<C>) { return Word<C>(7); });
  const auto word = [&engine](uint64_t pa) {
    return raw(engine.hardware.memory().load(frame_of(Pa<C>(pa)), Index<C>(5)));
  };
  CHECK(word(0x40000000) == 7);
  CHECK(word(device_pa) == 7);
  CHECK(word(0x08000000) == 0);
}

}  // namespace
}  // namespace bulkhead::impl::test
