#pragma once

#include <string>
#include <vector>

#include "model/calls.hpp"

/// Names on the command line as what they name. What names nothing is thrown as CLI11's own error.
namespace bulkhead::cli {

/// The calls of those names, each once.
std::vector<Call> chosen_calls(const std::vector<std::string>& names);
/// Throws if a name is not a theorem's; `option` is where it was given.
void check_theorems(const std::vector<std::string>& names, const std::string& option = "--theorem");
/// A check for an option whose value, an empty shell variable perhaps, must not be empty: what is wrong, or nothing.
std::string not_empty(const std::string& value);
/// All theorems, with commas.
std::string theorem_names();

}  // namespace bulkhead::cli
