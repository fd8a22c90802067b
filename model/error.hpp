#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bulkhead {

/// Where in an input something stands. Lines and columns count from 1, columns in bytes; 0 is "as a
/// whole".
struct Place {
  std::string file;
  uint64_t line = 0;
  uint64_t column = 0;
};

/// Bad input: one line that says where, what is wrong, and what was expected.
class Error : public std::runtime_error {
 public:
  Error(Place place, std::string_view message);

  const Place& place() const { return place_; }
  /// What is wrong and what was expected, without the place.
  const std::string& message() const { return message_; }

 private:
  Place place_;
  std::string message_;
};

/// The text as one printable line: control characters and bytes above ASCII become `\xNN`, and what
/// is longer than `limit` bytes is cut.
std::string printable(std::string_view text, size_t limit = 80);

}  // namespace bulkhead
