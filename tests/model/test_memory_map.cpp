#include "model/memory_map.hpp"

#include "tests/catch.hpp"

namespace bulkhead {
namespace {

using C = Concrete;

FrameState state_at(const Platform<C>& platform, uint64_t pa) {
  return enumerator(platform.state_at_boot(frame_of(Pa<C>(pa))));
}

TEST_CASE("fine GiBs hold RAM or a device of the engine, and are merged where they meet") {
  MachineDescription machine;
  machine.ram = {{0x7FFFF000, 0x80001000}, {0x80002000, 0x100000000}};
  machine.engine_devices = {{0x0, 0x1000}, {0x200000000, 0x240000000}};
  const auto fine = fine_gibs(machine);
  REQUIRE(fine.size() == 2);
  CHECK((fine[0].first == 0 && fine[0].end == 4));
  CHECK((fine[1].first == 8 && fine[1].end == 9));
}

TEST_CASE("the engine keeps a root, 512 level-1 tables and 513 tables for each fine GiB") {
  const MachineDescription machine;
  CHECK(reserved_count(machine) == 513 + 2 * 513);
  CHECK(reserved_frames(machine).count == 513 + 2 * 513);
  CHECK(reserved_frames(machine).first == 0x80000 - 3 * 513);
}

TEST_CASE("what each frame of the default machine is for at boot") {
  const Platform<C> platform = platform_of(MachineDescription{});
  CHECK(state_at(platform, 0x40000000) == FrameState::host);
  CHECK(state_at(platform, 0x7F9FC000) == FrameState::host);
  CHECK(state_at(platform, 0x7F9FD000) == FrameState::engine);
  CHECK(state_at(platform, 0x7FFFF000) == FrameState::engine);
  CHECK(state_at(platform, 0x3FFFF000) == FrameState::device);
  CHECK(state_at(platform, 0x80000000) == FrameState::device);
  CHECK(state_at(platform, 0x08000000) == FrameState::engine);
  CHECK(state_at(platform, 0x0905F000) == FrameState::engine);
  CHECK(state_at(platform, 0x09060000) == FrameState::device);
}

TEST_CASE("the last RAM range must have room for what the engine keeps") {
  MachineDescription machine;
  const uint64_t needed = (uint64_t{3} * 513) << page_shift;
  machine.ram = {{0x40000000, 0x40000000 + needed}};
  CHECK(!machine.problem());
  machine.ram = {{0x40000000, 0x40000000 + needed - 0x1000}};
  REQUIRE(machine.problem());
  CHECK(*machine.problem() ==
        "ram range 0x40000000..0x40602000: expected 0x603000 bytes or more, which the engine keeps");
}

}  // namespace
}  // namespace bulkhead
