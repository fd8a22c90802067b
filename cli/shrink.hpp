#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/judge.hpp"

namespace bulkhead::cli {

/// Whether deeds from boot on end in the failure: after how many of them, or nothing.
using FailsAfter = std::function<std::optional<size_t>(const std::vector<Deed>&)>;

/// Fewer and simpler deeds that still fail. Delta debugging: pieces of ever smaller size are left out
/// (Zeller and Hildebrandt 2002), then numbers are made smaller one by one. The deeds given must fail.
std::vector<Deed> shrink(std::vector<Deed> deeds, const FailsAfter& fails_after);

}  // namespace bulkhead::cli
