#pragma once

#include <string>
#include <string_view>

namespace bulkhead::cli {

/// Text as it stands in HTML, in an attribute too. Bytes that are not UTF-8, and control characters that HTML does not
/// know, become U+FFFD.
std::string html_text(std::string_view text);

/// An element with that content, which is HTML; attributes as they stand in the tag.
std::string element(std::string_view name, std::string_view content, std::string_view attributes = "");

}  // namespace bulkhead::cli
