#pragma once

#include <span>
#include <string>
#include <vector>

#include "tests/qemu/register_scan.hpp"

namespace bulkhead::qemu {

/// A row whose registers QEMU 7.2 does not trap where the architecture does. It has nothing that they hold.
struct NotTrapped {
  std::string_view row;
  std::string_view why;
};
inline constexpr std::array not_trapped = {
    NotTrapped{"S3_<op1>_C11_*", "HCR_EL2.TIDCP is ignored"},
    NotTrapped{"S3_<op1>_C15_*", "HCR_EL2.TIDCP is ignored"},
    NotTrapped{"SMPRI_EL1", "CPTR_EL2.TSM does not count for it"},
};

/// What is wrong with a table of registers after scans of some CPUs, in words: a register that a guest can write, or
/// that is trapped, without a row or with two; a row that does not say what becomes of its registers; a row, or a
/// departure of QEMU, without any register that is met.
std::vector<std::string> problems_of(std::span<const GuestRegister> table, std::span<const Scan> scans);

}  // namespace bulkhead::qemu
