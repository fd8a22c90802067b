#include "model/machine.hpp"

#include "tests/catch.hpp"

namespace bulkhead {
namespace {

std::string problem(const MachineDescription& machine) { return machine.problem().value_or("none"); }

std::string problem_of_ram(std::vector<AddressRange> ram) {
  return problem({.ram = std::move(ram), .cpus = 1, .list_registers = 1, .engine_devices = {}});
}

TEST_CASE("the default machine is one") { CHECK(problem({}) == "none"); }

TEST_CASE("ranges of RAM are aligned, not empty, in order, and below 2^48") {
  CHECK(problem_of_ram({}) == "ram: expected at least one range");
  CHECK(problem_of_ram({{0x1001, 0x3000}}) == "ram range 0x1001..0x3000: expected multiples of 4096");
  CHECK(problem_of_ram({{0x1000, 0x3fff}}) == "ram range 0x1000..0x3fff: expected multiples of 4096");
  CHECK(problem_of_ram({{0x3000, 0x3000}}) == "ram range 0x3000..0x3000: expected the end above the start");
  CHECK(problem_of_ram({{0x3000, 0x1000}}) == "ram range 0x3000..0x1000: expected the end above the start");
  CHECK(problem_of_ram({{0, 0x1000000001000}}) == "ram range 0x0..0x1000000001000: expected addresses below 2^48");
  CHECK(problem_of_ram({{0, 0x400000}, {0x300000, 0x500000}}) ==
        "ram range 0x300000..0x500000: expected ranges in rising order that do not overlap");
  CHECK(problem_of_ram({{0, 0x400000}, {0x400000, 0x40000000}}) == "none");
}

TEST_CASE("devices of the engine lie outside RAM") {
  MachineDescription machine;
  machine.engine_devices = {{0x7ffff000, 0x80001000}};
  CHECK(problem(machine) == "engine_devices range 0x7ffff000..0x80001000: expected addresses outside ram");
  machine.engine_devices = {{0x80000000, 0x80001000}};
  CHECK(problem(machine) == "none");
  machine.engine_devices = {{0x80000000, 0x80000800}};
  CHECK(problem(machine) == "engine_devices range 0x80000000..0x80000800: expected multiples of 4096");
}

TEST_CASE("there is a CPU and a list register, and not too many") {
  MachineDescription machine;
  machine.cpus = 0;
  CHECK(problem(machine) == "cpus 0: expected 1..65536");
  machine.cpus = 65537;
  CHECK(problem(machine) == "cpus 65537: expected 1..65536");
  machine.cpus = 65536;
  CHECK(problem(machine) == "none");
  machine.list_registers = 0;
  CHECK(problem(machine) == "list_registers 0: expected 1..16");
  machine.list_registers = 17;
  CHECK(problem(machine) == "list_registers 17: expected 1..16");
}

}  // namespace
}  // namespace bulkhead
