#pragma once

#include <string>

namespace bulkhead::qemu {

/// The version that a QEMU program prints, like `7.2.22`; empty if it prints none.
std::string version_of(const std::string& program);
/// The version in what it prints.
std::string version_in(const std::string& text);

}  // namespace bulkhead::qemu
