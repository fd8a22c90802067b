#include "cli/selection.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include "model/error.hpp"
#include "refine/proof.hpp"

namespace bulkhead::cli {
namespace {

using refine::Theorem;
using refine::theorems;

template <class Rows>
std::string names_of(const Rows& rows) {
  std::string names;
  for (const auto& row : rows) { names += (names.empty() ? "" : ", ") + std::string(row.name); }
  return names;
}

/// A name twice is the same as once.
void add_once(std::vector<Call>& list, Call call) {
  if (std::find(list.begin(), list.end(), call) == list.end()) { list.push_back(call); }
}

bool is_theorem(const std::string& name) {
  return std::any_of(theorems.begin(), theorems.end(), [&](const Theorem& theorem) { return theorem.name == name; });
}

}  // namespace

std::vector<Call> chosen_calls(const std::vector<std::string>& names) {
  std::vector<Call> chosen;
  for (const std::string& name : names) {
    const auto call = call_named(name);
    if (!call && is_theorem(name)) {
      throw CLI::ValidationError("CALL", fmt::format("{0} is a theorem; expected a call, or --theorem {0}", name));
    }
    if (!call) {
      throw CLI::ValidationError(
          "CALL", fmt::format("unknown call {}; expected one of {}", printable(name), names_of(bulkhead::calls)));
    }
    add_once(chosen, *call);
  }
  return chosen;
}

void check_theorems(const std::vector<std::string>& names, const std::string& option) {
  for (const std::string& name : names) {
    if (!is_theorem(name)) {
      throw CLI::ValidationError(
          option, fmt::format("unknown theorem {}; expected one of {}", printable(name), theorem_names()));
    }
  }
}

std::string not_empty(const std::string& value) { return value.empty() ? "empty; expected a value" : ""; }

std::string theorem_names() { return names_of(theorems); }

}  // namespace bulkhead::cli
