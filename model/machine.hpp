#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead {

/// Physical byte addresses from `first` up to, not including, `end`.
struct AddressRange {
  uint64_t first;
  uint64_t end;
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

/// The machine that the engine boots on, as a trace header describes it. The default is QEMU's
/// `virt` machine with 1 GiB of RAM.
struct MachineDescription {
  std::vector<AddressRange> ram{{0x40000000, 0x80000000}};  ///< memory; the engine keeps the end of the last range
  unsigned cpus = 4;                                        ///< how many CPUs, 1..65536
  unsigned list_registers = 4;                              ///< list registers of the GIC's virtual interface, 1..16
  /// Device frames that only the engine may touch: GIC, ITS and SMMU.
  std::vector<AddressRange> engine_devices{{0x08000000, 0x09060000}};

  /// What is wrong with the description and what was expected; nothing if it describes a machine.
  std::optional<std::string> problem() const;

  friend bool operator==(const MachineDescription&, const MachineDescription&) = default;
};

}  // namespace bulkhead
