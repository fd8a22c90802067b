#include "cli/document.hpp"

namespace bulkhead::cli {

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_of(const std::string& text) { return Json::parse(text); }

}  // namespace bulkhead::cli
