#pragma once

#include <string>

namespace bulkhead::cli {

/// Only characters that XML 1.0 can hold, in UTF-8; U+FFFD for all else. Markup in it is left as it is.
std::string as_xml_text(const std::string& text);

}  // namespace bulkhead::cli
