#pragma once

#include <nlohmann/json.hpp>
#include <string>

/// The JSON documents that commands print.
namespace bulkhead::cli {

/// Members stay in the order in which they are added.
using Json = nlohmann::ordered_json;

/// A document as it is printed, indented, with a line end; bytes that are not UTF-8 are replaced.
std::string text_of(const Json& document);
/// The same for a document that people read: what fits on a line of 240 characters stands on one.
std::string readable_text_of(const Json& document);
/// The text with U+FFFD for bytes that are not UTF-8.
std::string as_utf8(const std::string& text);
/// The value of a text that the tool itself wrote.
Json json_of(const std::string& text);

}  // namespace bulkhead::cli
