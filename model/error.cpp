#include "model/error.hpp"

#include <fmt/format.h>

#include <iterator>

namespace bulkhead {
namespace {

/// `FILE:LINE: column N: message`, with the parts that are known.
std::string one_line(const Place& place, std::string_view message) {
  std::string text = printable(place.file, 4096);
  if (place.line != 0) { text += fmt::format(":{}", place.line); }
  text += ": ";
  if (place.column != 0) { text += fmt::format("column {}: ", place.column); }
  return text.append(message);
}

}  // namespace

Error::Error(Place place, std::string_view message)
    : std::runtime_error(one_line(place, message)), place_(std::move(place)), message_(message) {}

std::string printable(std::string_view text, size_t limit) {
  std::string line;
  for (const char c : text.substr(0, limit)) {
    if (c >= 0x20 && c < 0x7F) {
      line += c;
    } else {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text.size() > limit ? line + "..." : line;
}

}  // namespace bulkhead
