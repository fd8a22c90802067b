#include "cli/xml_text.hpp"

#include <string_view>

#include "cli/document.hpp"

namespace bulkhead::cli {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

std::string as_xml_text(const std::string& text) {
  std::string good;
  for (const char c : as_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = byte < 0x20 && c != '\n' && c != '\t';
    good += is_control ? std::string(replacement) : std::string(1, c);
  }
  for (const std::string_view none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {  // U+FFFE and U+FFFF are no characters
    for (size_t at = good.find(none); at != std::string::npos; at = good.find(none)) {
      good.replace(at, none.size(), replacement);
    }
  }
  return good;
}

}  // namespace bulkhead::cli
