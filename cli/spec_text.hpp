#pragma once

#include <string>
#include <vector>

#include "model/calls.hpp"

/// The spec of calls as text, Markdown and JSON: arguments, failure conditions in order, effect,
/// footprint, all taken from the call table and the rules.
namespace bulkhead::cli {

/// For a terminal, at most as wide as the longest sentence of a rule.
std::string spec_as_text(const std::vector<Call>& calls);
/// One section a call.
std::string spec_as_markdown(const std::vector<Call>& calls);
/// One document, `bulkhead-spec/1`.
std::string spec_as_json(const std::vector<Call>& calls);

}  // namespace bulkhead::cli
