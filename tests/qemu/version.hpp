#pragma once

#include <string>

namespace bulkhead::qemu {

/// The version that a QEMU program prints, like `7.2.22`; empty if it prints none.
std::string version_of(const std::string& program);
/// The version in what it prints.
std::string version_in(const std::string& text);

/// The exit status that Meson takes as skipped.
inline constexpr int exit_skipped = 77;

/// Why nothing can be asked here of a guest program and of qemu-system-aarch64, by their paths; empty if it can.
std::string why_skipped(const std::string& guest, const std::string& qemu);

}  // namespace bulkhead::qemu
