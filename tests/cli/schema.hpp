#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace bulkhead::test {

/// A JSON Schema of docs/schema: the keywords that those use, no others.
class Schema {
 public:
  explicit Schema(nlohmann::json root) : root_(std::move(root)) {}

  /// Where and why the value is not what the schema says; nothing if it is. Throws `std::logic_error` for
  /// a keyword that is not known here.
  std::string problem(const nlohmann::json& value) const { return problem(root_, value, ""); }
  const nlohmann::json& root() const { return root_; }

 private:
  using Json = nlohmann::json;
  std::string problem(const Json& schema, const Json& value, const std::string& at) const;
  std::string problem_with(const std::string& keyword, const Json& schema, const Json& value,
                           const std::string& at) const;
  std::string problem_of_alternatives(const Json& schemas, const Json& value, const std::string& at) const;
  std::string problem_of_members(const Json& schema, const Json& value, const std::string& at) const;
  std::string problem_of_elements(const Json& schema, const Json& value, const std::string& at) const;

  Json root_;
};

/// The schema of a name such as `bulkhead-trace/1`.
Schema schema_named(const std::string& name);

}  // namespace bulkhead::test
