#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Text in columns, no wider than a page.
namespace bulkhead::cli {

inline constexpr size_t page_width = 100;

/// Lines of at most `width` characters, broken at spaces where there are some. A character that is no printable ASCII
/// is written as `?` or, if it is a line end or a tab, as a space.
std::vector<std::string> wrapped(std::string_view text, size_t width);

/// How wide each column may be, for these contents, two spaces between columns and `room` in all: those that need less
/// than their share leave the rest to the others.
std::vector<size_t> column_widths(const std::vector<std::vector<std::string>>& rows, size_t room);

}  // namespace bulkhead::cli
