#pragma once

#include <string>
#include <vector>

#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {

/// Where the program of that name is in PATH; empty if it is not there.
std::string find_program(const std::string& name);

/// QEMU's machine `virt` with EL2 and a CPU model, which runs the guest program once for each list of cases.
class Machine {
 public:
  /// `qemu` and `guest` are paths of qemu-system-aarch64 and of the guest's ELF file; `folder` takes the files that the
  /// guest reads and writes, and what QEMU says.
  Machine(std::string qemu, std::string guest, std::string cpu, std::string folder);

  /// The answers to all queries of the cases. Throws `std::runtime_error` with what QEMU said if it fails, or does not
  /// end within two minutes.
  Answers answer(const std::vector<Case>& cases) const;

 private:
  std::vector<std::string> command() const;

  std::string qemu_;
  std::string guest_;
  std::string cpu_;
  std::string folder_;
};

}  // namespace bulkhead::qemu
