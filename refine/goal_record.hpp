#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "refine/obligation.hpp"

namespace bulkhead::refine {

/// What a proof has to say between two goals.
struct GoalRecord {
  std::vector<Obligation> goals;  ///< settled since the last time, in their order
  size_t paths = 0;               ///< taken so far
  std::string begun;              ///< the theorem of the goal that it begins now; empty at its end
};

/// As bytes, for another process of the same program; nothing is lost.
std::string as_bytes(const GoalRecord& record);
/// Throws Unreadable for anything that is not exactly such a record.
GoalRecord record_of(std::string_view bytes);

}  // namespace bulkhead::refine
