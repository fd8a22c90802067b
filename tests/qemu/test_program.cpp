#include "tests/qemu/test_program.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "tests/qemu/machine.hpp"
#include "tests/qemu/version.hpp"

namespace bulkhead::qemu {
namespace {

constexpr int exit_skipped = 77;

/// Why nothing can be asked here; empty if it can.
std::string why_skipped(const std::string& guest, const std::string& qemu) {
  if (guest.empty()) {
    return "the guest program was not built: there is no aarch64-linux-gnu-gcc (Debian package gcc-aarch64-linux-gnu)";
  }
  if (qemu.empty()) { return "there is no qemu-system-aarch64 (Debian package qemu-system-arm)"; }
  const std::string version = version_of(qemu);
  if (version.starts_with("7.2.")) { return ""; }
  return fmt::format("the departures known are those of QEMU 7.2, and this is QEMU {}", version);
}

}  // namespace

int with_qemu(const std::string& guest, const std::function<int(const std::string& qemu)>& act) {
  const std::string qemu = find_program("qemu-system-aarch64");
  const std::string why = why_skipped(guest, qemu);
  if (why.empty()) { return act(qemu); }
  fmt::print("skipped: {}\n", why);
  return exit_skipped;
}

int run_program(int (*run)(int, char**), int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("FAILED: ", stdout);
    std::puts(error.what());
    return 1;
  }
}

}  // namespace bulkhead::qemu
