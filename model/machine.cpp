#include "model/machine.hpp"

#include <fmt/format.h>

#include "model/memory_map.hpp"

namespace bulkhead {
namespace {

constexpr unsigned max_cpus = 1U << tag::Cpu::width;
constexpr unsigned max_list_registers = 16;

bool is_page_aligned(uint64_t address) { return (address & low_mask(page_shift)) == 0; }

/// What is wrong with one range that follows a range ending at `previous_end`.
std::optional<std::string> range_problem(std::string_view name, const AddressRange& range, uint64_t previous_end) {
  const auto wrong = [&](std::string_view expected) {
    return fmt::format("{} range {:#x}..{:#x}: expected {}", name, range.first, range.end, expected);
  };
  if (!is_page_aligned(range.first) || !is_page_aligned(range.end)) { return wrong("multiples of 4096"); }
  if (range.first >= range.end) { return wrong("the end above the start"); }
  if (range.end > uint64_t{1} << address_bits) { return wrong("addresses below 2^48"); }
  if (range.first < previous_end) { return wrong("ranges in rising order that do not overlap"); }
  return std::nullopt;
}

std::optional<std::string> ranges_problem(std::string_view name, const std::vector<AddressRange>& ranges) {
  uint64_t previous_end = 0;
  for (const AddressRange& range : ranges) {
    if (auto problem = range_problem(name, range, previous_end)) { return problem; }
    previous_end = range.end;
  }
  return std::nullopt;
}

std::optional<std::string> overlap_problem(const MachineDescription& machine) {
  for (const AddressRange& device : machine.engine_devices) {
    for (const AddressRange& memory : machine.ram) {
      if (device.first < memory.end && memory.first < device.end) {
        return fmt::format("engine_devices range {:#x}..{:#x}: expected addresses outside ram", device.first,
                           device.end);
      }
    }
  }
  return std::nullopt;
}

/// The engine keeps the end of the last range for itself.
std::optional<std::string> room_problem(const MachineDescription& machine) {
  const AddressRange& last = machine.ram.back();
  const uint64_t needed = reserved_count(machine) << page_shift;
  if (last.end - last.first >= needed) { return std::nullopt; }
  return fmt::format("ram range {:#x}..{:#x}: expected {:#x} bytes or more, which the engine keeps", last.first,
                     last.end, needed);
}

}  // namespace

std::optional<std::string> MachineDescription::problem() const {
  if (ram.empty()) { return "ram: expected at least one range"; }
  if (auto problem = ranges_problem("ram", ram)) { return problem; }
  if (auto problem = ranges_problem("engine_devices", engine_devices)) { return problem; }
  if (auto problem = overlap_problem(*this)) { return problem; }
  if (auto problem = room_problem(*this)) { return problem; }
  if (cpus < 1 || cpus > max_cpus) { return fmt::format("cpus {}: expected 1..{}", cpus, max_cpus); }
  if (list_registers < 1 || list_registers > max_list_registers) {
    return fmt::format("list_registers {}: expected 1..{}", list_registers, max_list_registers);
  }
  return std::nullopt;
}

}  // namespace bulkhead
