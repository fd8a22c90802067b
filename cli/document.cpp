#include "cli/document.hpp"

namespace bulkhead::cli {
namespace {

constexpr size_t widest = 240;

std::string scalar(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string on_one_line(const Json& value) {
  if (!value.is_structured()) { return scalar(value); }
  std::string text;
  for (const auto& [key, member] : value.items()) {
    text += text.empty() ? "" : ", ";
    text += value.is_object() ? scalar(key) + ": " : "";
    text += on_one_line(member);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

void put(const Json& value, size_t indent, std::string& text) {
  const std::string line = on_one_line(value);
  if (!value.is_structured() || value.empty() || (indent != 0 && indent + line.size() <= widest)) {
    text += line;
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? "{" : "[";
  bool is_first = true;
  for (const auto& [key, member] : value.items()) {
    text += (is_first ? "\n" : ",\n") + std::string(indent + 2, ' ');
    if (is_object) { text += scalar(key) + ": "; }
    put(member, indent + 2, text);
    is_first = false;
  }
  text += "\n" + std::string(indent, ' ') + (is_object ? "}" : "]");
}

}  // namespace

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string readable_text_of(const Json& document) {
  std::string text;
  put(document, 0, text);
  return text + "\n";
}

std::string as_utf8(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

Json json_of(const std::string& text) { return Json::parse(text); }

}  // namespace bulkhead::cli
