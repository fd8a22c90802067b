#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/trace.hpp"

namespace bulkhead::refine {

/// Whether deeds from boot on end in the failure: after how many of them, or nothing.
using FailsAfter = std::function<std::optional<size_t>(const std::vector<trace::Deed>&)>;

/// Fewer and simpler deeds that still fail. Delta debugging: pieces of ever smaller size are left out
/// (Zeller and Hildebrandt 2002), then numbers are made smaller one by one. What is spent is limited: of thousands of
/// deeds that are needed not each is tried. The deeds given must fail.
std::vector<trace::Deed> shrink(std::vector<trace::Deed> deeds, const FailsAfter& fails_after);

}  // namespace bulkhead::refine
