#pragma once

#include <string>

#include "cli/walk_case.hpp"

namespace bulkhead::cli {

/// A query and its walk in words, level by level: the register fields used, each entry read, and what
/// comes of it, with the section of DDI 0487.
std::string explain(const WalkCase& of, const WalkQuery& query);

}  // namespace bulkhead::cli
