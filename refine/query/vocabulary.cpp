#include "refine/query/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/calls.hpp"

namespace bulkhead::refine::query {
namespace {

std::vector<FunctionRow> make_functions() {
  using F = Function;
  const Sort frame = Sort::frame;
  const Sort ipa = Sort::ipa;
  const Sort c = Sort::compartment;
  return {
      {F::state, "state", {frame}, Sort::frame_state, "what the frame is for"},
      {F::owner,
       "owner",
       {frame},
       c,
       "the compartment that a root, table, vcpu, data or shared_data frame belongs to; host if none"},
      {F::sharer, "sharer", {frame}, c, "the compartment in whose shared half a host frame is mapped; host if none"},
      {F::shared, "shared", {frame}, Sort::condition, "the host and a compartment can both reach the frame"},
      {F::is_ram, "is_ram", {frame}, Sort::condition, "the frame is memory, not a device"},
      {F::content,
       "content",
       {frame, Sort::index},
       Sort::number,
       "a word of a host, spare, data, vcpu or device frame; 0 of other frames"},
      {F::compartment, "compartment", {c}, Sort::compartment_state, "the life of the compartment id"},
      {F::root, "root", {c}, frame, "the root table of a compartment; 0x0 if there is no such compartment"},
      {F::vcpus,
       "vcpus",
       {c},
       Sort::number,
       "how many vCPUs a compartment may have; 0 if there is no such compartment"},
      {F::power,
       "power",
       {c, Sort::vcpu},
       Sort::power,
       "whether the compartment has a vCPU of that index, and it is on"},
      {F::context,
       "context",
       {c, Sort::vcpu},
       frame,
       "the frame that holds the registers of the vCPU; 0x0 if there is no such vCPU"},
      {F::can_read, "can_read", {c, frame}, Sort::condition, "at some page the compartment, or the host, can read it"},
      {F::can_write,
       "can_write",
       {c, frame},
       Sort::condition,
       "at some page the compartment, or the host, can write it"},
      {F::can_translate,
       "can_translate",
       {c, ipa, frame},
       Sort::condition,
       "of `during`: at some moment of the call another CPU can translate the page to the frame, by a walk or from its "
       "TLB"},
      {F::maps, "maps", {c, ipa}, Sort::condition, "the compartment has something mapped at the page"},
      {F::access, "access", {c, ipa}, Sort::access, "what the compartment may do at the page"},
      {F::frame, "frame", {c, ipa}, frame, "the frame mapped at the page; 0x0 if nothing is"},
      {F::ipa_state, "ipa_state", {c, ipa}, Sort::ipa_state, "what the page means to the compartment"},
      {F::has_table, "has_table", {c, ipa, Sort::level}, Sort::condition, "a table of the level serves the page"},
      {F::table,
       "table",
       {c, ipa, Sort::level},
       frame,
       "the table of the level that serves the page; 0x0 if none does"},
  };
}

Sort preferred(Kind kind) {
  switch (kind) {
    case Kind::compartment:
      return Sort::compartment;
    case Kind::pa:
      return Sort::frame;
    case Kind::ipa:
      return Sort::ipa;
    case Kind::vcpu:
      return Sort::vcpu;
    case Kind::level:
    case Kind::count:
    case Kind::flag:
    case Kind::bits:
      return Sort::number;
  }
  return Sort::number;
}

std::vector<GivenRow> make_givens() {
  using What = GivenRow::What;
  const Sort number = Sort::number;
  std::vector<GivenRow> all = {
      {What::call, "call", Sort::call, Sort::call, "the call that is made"},
      {What::status, "status", Sort::status, Sort::status, "what it returns"},
      {What::refusal, "refusal", number, number,
       "which failure condition comes first, numbered as `bulkhead spec CALL` does; 0 if the call is not refused"},
      {What::output, "output", number, number, "the output of a call that succeeds; 0 if it has none"},
      {What::caller, "caller", Sort::compartment, Sort::compartment, "who calls"},
  };
  for (const CallRow& row : calls) {
    for (const Parameter& in : row.inputs) {
      const auto is_known = [&in](const GivenRow& given) { return given.name == in.name; };
      if (std::any_of(all.begin(), all.end(), is_known)) { continue; }
      all.push_back({What::argument, std::string(in.name), number, preferred(in.kind), std::string(in.meaning)});
    }
  }
  return all;
}

void append(std::string& list, std::string_view item) {
  if (item.empty()) { return; }
  if (!list.empty()) { list += ", "; }
  list += item;
}

/// What a person writes for a value that has no name.
std::string_view literal_of(Sort sort) {
  switch (sort) {
    case Sort::frame:
    case Sort::ipa:
      return "an address below 2^48";
    case Sort::compartment:
      return "an id 0..65535";
    case Sort::index:
      return "a number 0..511";
    case Sort::level:
      return "a number 0..3";
    case Sort::vcpu:
      return "a number 0..511";
    case Sort::number:
      return "a number";
    case Sort::condition:
    case Sort::frame_state:
    case Sort::ipa_state:
    case Sort::compartment_state:
    case Sort::power:
    case Sort::access:
    case Sort::status:
    case Sort::call:
      return "";
  }
  return "";
}

/// Whether a value of one sort is taken where another is wanted.
bool fits(Sort given, Sort wanted) {
  const bool is_plain = !is_enumeration(wanted) && wanted != Sort::condition;
  return given == wanted || (given == Sort::number && is_plain);
}

}  // namespace

const std::vector<FunctionRow>& functions() {
  static const std::vector<FunctionRow> all = make_functions();
  return all;
}

const FunctionRow* function_named(std::string_view name) {
  for (const FunctionRow& row : functions()) {
    if (row.name == name) { return &row; }
  }
  return nullptr;
}

std::string shape_of(const FunctionRow& row) {
  std::string parameters;
  for (const Sort sort : row.parameters) { append(parameters, name_of(sort)); }
  return fmt::format("{}({})", row.name, parameters);
}

const std::vector<GivenRow>& givens() {
  static const std::vector<GivenRow> all = make_givens();
  return all;
}

const GivenRow* given_named(std::string_view name) {
  for (const GivenRow& row : givens()) {
    if (row.name == name) { return &row; }
  }
  return nullptr;
}

bool is_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 7> keywords = {"and", "or", "not", "implies", "before", "after", "during"};
  return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

std::string expected_of(Sort sort) {
  std::string list;
  append(list, constants_of(sort));
  append(list, literal_of(sort));
  for (const GivenRow& row : givens()) {
    if (fits(row.sort, sort)) { append(list, row.name); }
  }
  for (const FunctionRow& row : functions()) {
    if (row.result == sort) { append(list, shape_of(row)); }
  }
  if (sort == Sort::condition) { return list + ", a comparison, `not`, `(`"; }
  append(list, "a free name");
  return list;
}

}  // namespace bulkhead::refine::query
