#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

/// Line by line through an input of any length in constant memory.
namespace bulkhead {

/// Bytes in order.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes; 0 at the end. Throws `Error` if the input cannot be read further.
  virtual size_t read(char* to, size_t size) = 0;
};

/// The bytes of a stream, decompressed if it begins as gzip or zstd does. The stream must outlive
/// the source. `file` names the input in errors.
std::unique_ptr<ByteSource> open_source(std::istream& in, const std::string& file);

/// Opens a file for reading. Throws `Error` if it is a directory or cannot be opened.
std::unique_ptr<std::istream> open_file(const std::string& path);

class LineReader {
 public:
  static constexpr size_t max_line = size_t{1} << 20;  ///< bytes; a longer line is an error

  LineReader(std::istream& in, std::string file);

  /// Moves to the next line and gives it without its newline, valid until the next call; false at
  /// the end. Throws `Error`.
  bool next(std::string_view& line);
  /// The number of the current line, from 1; 0 before the first.
  uint64_t line() const { return line_; }
  const std::string& file() const { return file_; }

 private:
  std::optional<size_t> find_newline();
  bool fill();
  size_t read(char* to, size_t size);

  std::string file_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  size_t first_ = 0;  ///< of the bytes not yet given
  size_t end_ = 0;    ///< of the bytes read
  uint64_t line_ = 0;
};

}  // namespace bulkhead
