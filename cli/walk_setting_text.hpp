#pragma once

#include <string>

#include "cli/walk_case.hpp"

namespace bulkhead::cli {

/// What VTCR_EL2 and VTTBR_EL2 of a case say, in lines: the fields, what they come to on its CPU, and if they name no
/// walk, the rule that they break, with the section of DDI 0487.
std::string explain_setting(const WalkCase& of, const hw::Stage2& stage2);

}  // namespace bulkhead::cli
