#include "cli/html.hpp"

#include <fmt/format.h>

#include "cli/document.hpp"

namespace bulkhead::cli {
namespace {

std::string escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  const bool is_control = (byte < ' ' && c != '\n' && c != '\t') || byte == 0x7F;
  return is_control ? "\xEF\xBF\xBD" : std::string(1, c);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : as_utf8(std::string(text))) { html += escaped(c); }
  return html;
}

std::string element(std::string_view name, std::string_view content, std::string_view attributes) {
  return fmt::format("<{}{}{}>{}</{}>", name, attributes.empty() ? "" : " ", attributes, content, name);
}

}  // namespace bulkhead::cli
