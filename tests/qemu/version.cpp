#include "tests/qemu/version.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>

namespace bulkhead::qemu {

std::string version_in(const std::string& text) {
  constexpr std::string_view before = "QEMU emulator version ";
  if (!text.starts_with(before)) { return ""; }
  return text.substr(before.size(), text.find_first_of(" \n", before.size()) - before.size());
}

std::string version_of(const std::string& program) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("'" + program + "' --version").c_str(), "r"), pclose);
  std::string text;
  std::array<char, 256> line{};
  while (pipe && std::fgets(line.data(), line.size(), pipe.get()) != nullptr) { text += line.data(); }
  return version_in(text);
}

std::string why_skipped(const std::string& guest, const std::string& qemu) {
  if (guest.empty()) {
    return "the guest program was not built: there is no aarch64-linux-gnu-gcc (Debian package gcc-aarch64-linux-gnu)";
  }
  if (qemu.empty()) { return "there is no qemu-system-aarch64 (Debian package qemu-system-arm)"; }
  const std::string version = version_of(qemu);
  if (version.starts_with("7.2.")) { return ""; }
  return fmt::format("the departures known are those of QEMU 7.2, and this is QEMU {}", version);
}

}  // namespace bulkhead::qemu
