#pragma once

#include <string>

#include "cli/drawing.hpp"

namespace bulkhead::cli {

/// The whole drawing, at most 100 columns wide. Without colour it says the same: marks are characters.
std::string as_text(const Drawing& drawing, bool color);

/// What of it a report has room for, indented by two: what went wrong and where, the call and its endings, the path,
/// and the places that changed or are wrong.
std::string as_short_text(const Drawing& drawing);

}  // namespace bulkhead::cli
