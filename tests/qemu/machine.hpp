#pragma once

#include <string>
#include <vector>

#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {

/// Where the program of that name is in PATH; empty if it is not there.
std::string find_program(const std::string& name);

/// QEMU's machine `virt` with EL2 and a CPU model, which runs a guest program.
class Machine {
 public:
  /// `qemu` and `guest` are paths of qemu-system-aarch64 and of the guest's ELF file; `folder` takes the files that the
  /// guest reads and writes, and what QEMU says.
  Machine(std::string qemu, std::string guest, std::string cpu, std::string folder);

  /// What the program writes to its file `answers`, given that file `cases`. Throws `std::runtime_error` with what QEMU
  /// said if it fails, or does not end within two minutes.
  std::string run(const std::string& cases) const;

  /// The answers to all queries of the cases, of the program that translates addresses.
  Answers answer(const std::vector<Case>& cases) const;

 private:
  std::vector<std::string> command() const;

  std::string qemu_;
  std::string guest_;
  std::string cpu_;
  std::string folder_;
};

}  // namespace bulkhead::qemu
