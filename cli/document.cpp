#include "cli/document.hpp"

namespace bulkhead::cli {

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_utf8(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

Json json_of(const std::string& text) { return Json::parse(text); }

}  // namespace bulkhead::cli
