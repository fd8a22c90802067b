#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "refine/query/sort.hpp"

/// The functions of the spec state, and what a step gives a name: the words that a query may use.
namespace bulkhead::refine::query {

enum class Function : uint8_t {
  state,
  owner,
  sharer,
  shared,
  is_ram,
  content,
  compartment,
  root,
  vcpus,
  power,
  context,
  can_read,
  can_write,
  can_translate,
  maps,
  access,
  frame,
  ipa_state,
  has_table,
  table,
};

/// A function of the spec state. A parameter is called by its sort.
struct FunctionRow {
  Function function;
  std::string_view name;
  std::vector<Sort> parameters;
  Sort result;
  std::string_view text;
};

const std::vector<FunctionRow>& functions();
const FunctionRow* function_named(std::string_view name);
/// `name(parameter, ...)`.
std::string shape_of(const FunctionRow& row);

/// What a step has: the call, what it returned, its arguments by the names of the call table.
struct GivenRow {
  enum class What : uint8_t { call, status, refusal, output, caller, argument } what;
  std::string name;
  Sort sort;    ///< of the value as it is
  Sort prefer;  ///< of a name that is compared with it and with nothing else
  std::string text;
};

const std::vector<GivenRow>& givens();
const GivenRow* given_named(std::string_view name);

/// Words that are operators or begin something, and so no names.
bool is_keyword(std::string_view word);

/// What can stand where a value of the sort is wanted, as a list in words.
std::string expected_of(Sort sort);

}  // namespace bulkhead::refine::query
