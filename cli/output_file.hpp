#pragma once

#include <string>
#include <string_view>

/// Files that are written whole or not at all.
namespace bulkhead::cli {

/// Throws Error if a file of this path could not be written now. Leaves nothing behind.
void check_writable(const std::string& path);

/// Writes a file under another name beside it and renames it, so that nobody finds half of it; what is no regular file,
/// such as a pipe, is written directly. Throws std::runtime_error, with the path, if it cannot be; the old file, if
/// there is one, is then as it was.
void write_file(const std::string& path, std::string_view content);

}  // namespace bulkhead::cli
