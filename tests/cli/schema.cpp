#include "tests/cli/schema.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <stdexcept>

namespace bulkhead::test {
namespace {

using Json = nlohmann::json;

Json read_schema(std::string name) {
  std::replace(name.begin(), name.end(), '/', '-');
  const char* source = std::getenv("BULKHEAD_SOURCE");
  std::ifstream file(std::filesystem::path(source == nullptr ? "." : source) / "docs" / "schema" / (name + ".json"));
  return Json::parse(file);
}

bool has_type(const std::string& type, const Json& value) {
  if (type == "object") { return value.is_object(); }
  if (type == "array") { return value.is_array(); }
  if (type == "string") { return value.is_string(); }
  if (type == "boolean") { return value.is_boolean(); }
  if (type == "integer") { return value.is_number_integer(); }
  if (type == "number") { return value.is_number(); }
  throw std::logic_error("unknown type " + type);
}

std::string unless(bool holds, const std::string& at, const std::string& what) { return holds ? "" : at + ": " + what; }

bool matches(const Json& value, const std::string& pattern) {
  return !value.is_string() || std::regex_search(value.get<std::string>(), std::regex(pattern));
}

bool has_keys(const Json& value, const Json& keys) {
  return !value.is_object() ||
         std::all_of(keys.begin(), keys.end(), [&](const Json& key) { return value.contains(key.get<std::string>()); });
}

}  // namespace

Schema schema_named(const std::string& name) {
  Schema schema(read_schema(name));
  if (schema.root().at("$id") != name) { throw std::logic_error("the schema of " + name + " has another $id"); }
  return schema;
}

std::string Schema::problem(const Json& schema, const Json& value, const std::string& at) const {
  for (const auto& [keyword, ignored] : schema.items()) {
    if (std::string found = problem_with(keyword, schema, value, at); !found.empty()) { return found; }
  }
  return "";
}

std::string Schema::problem_with(const std::string& keyword, const Json& schema, const Json& value,
                                 const std::string& at) const {
  static const std::set<std::string> silent = {"$schema", "$id", "$defs", "title", "description"};
  const Json& says = schema.at(keyword);
  if (silent.count(keyword) != 0) { return ""; }
  if (keyword == "$ref") { return problem(root_.at(Json::json_pointer(says.get<std::string>().substr(1))), value, at); }
  if (keyword == "type") { return unless(has_type(says, value), at, "not of type " + says.dump()); }
  if (keyword == "const") { return unless(value == says, at, "not " + says.dump()); }
  if (keyword == "enum") {
    return unless(std::count(says.begin(), says.end(), value) != 0, at, "none of " + says.dump());
  }
  if (keyword == "minimum") { return unless(!value.is_number() || value >= says, at, "below " + says.dump()); }
  if (keyword == "maximum") { return unless(!value.is_number() || value <= says, at, "above " + says.dump()); }
  if (keyword == "pattern") { return unless(matches(value, says), at, "does not match " + says.dump()); }
  if (keyword == "required") { return unless(has_keys(value, says), at, "lacks one of " + says.dump()); }
  if (keyword == "minItems") { return unless(!value.is_array() || value.size() >= says, at, "too short"); }
  if (keyword == "maxItems") { return unless(!value.is_array() || value.size() <= says, at, "too long"); }
  if (keyword == "oneOf") { return problem_of_alternatives(says, value, at); }
  if (keyword == "properties" || keyword == "additionalProperties") { return problem_of_members(schema, value, at); }
  if (keyword == "items" || keyword == "prefixItems") { return problem_of_elements(schema, value, at); }
  throw std::logic_error("unknown keyword " + keyword);
}

std::string Schema::problem_of_alternatives(const Json& schemas, const Json& value, const std::string& at) const {
  size_t fitting = 0;
  std::string problems;
  for (const Json& schema : schemas) {
    const std::string found = problem(schema, value, at);
    fitting += found.empty() ? 1 : 0;
    problems += " (" + found + ")";
  }
  return unless(fitting == 1, at, std::to_string(fitting) + " alternatives fit:" + problems);
}

std::string Schema::problem_of_members(const Json& schema, const Json& value, const std::string& at) const {
  if (!value.is_object()) { return ""; }
  const Json named = schema.value("properties", Json::object());
  const Json others = schema.value("additionalProperties", Json::object());
  for (const auto& [key, member] : value.items()) {
    const Json& says = named.contains(key) ? named.at(key) : others;
    const std::string place = at + "/" + key;
    std::string found = says.is_boolean() ? unless(says, place, "unknown") : problem(says, member, place);
    if (!found.empty()) { return found; }
  }
  return "";
}

std::string Schema::problem_of_elements(const Json& schema, const Json& value, const std::string& at) const {
  if (!value.is_array()) { return ""; }
  const Json first = schema.value("prefixItems", Json::array());
  const Json others = schema.value("items", Json::object());
  for (size_t i = 0; i < value.size(); ++i) {
    std::string found = problem(i < first.size() ? first[i] : others, value[i], at + "/" + std::to_string(i));
    if (!found.empty()) { return found; }
  }
  return "";
}

}  // namespace bulkhead::test
