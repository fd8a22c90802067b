#pragma once

#include <string>

#include "cli/drawing.hpp"

namespace bulkhead::cli {

/// The drawing as a section of a page, with a slider over the effects; `id` names it within the page. The page needs
/// cli/page/style.css and cli/page/script.js.
std::string as_html(const Drawing& drawing, const std::string& id);

}  // namespace bulkhead::cli
