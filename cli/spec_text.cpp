#include "cli/spec_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/document.hpp"
#include "model/concrete.hpp"
#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

using Rule = spec::Rule<Concrete>;

std::string_view name_of(Caller caller) {
  switch (caller) {
    case Caller::anyone:
      return "anyone";
    case Caller::host:
      return "host";
    case Caller::guest:
      return "guest";
  }
  return {};
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::compartment:
      return "compartment";
    case Kind::pa:
      return "pa";
    case Kind::ipa:
      return "ipa";
    case Kind::level:
      return "level";
    case Kind::vcpu:
      return "vcpu";
    case Kind::count:
      return "count";
    case Kind::flag:
      return "flag";
    case Kind::bits:
      return "bits";
  }
  return {};
}

/// `page_unmap(cid, ipa) -> pa`
std::string signature(const CallRow& row) {
  std::vector<std::string_view> inputs;
  for (const Parameter& input : row.inputs) { inputs.push_back(input.name); }
  std::vector<std::string_view> outputs;
  for (const Parameter& output : row.outputs) { outputs.push_back(output.name); }
  const std::string call = fmt::format("{}({})", row.name, fmt::join(inputs, ", "));
  return outputs.empty() ? call : fmt::format("{} -> {}", call, fmt::join(outputs, ", "));
}

std::string who(const CallRow& row) {
  return fmt::format("Called by {}, function number {:#x}.",
                     row.caller == Caller::anyone ? "anyone" : fmt::format("the {}", name_of(row.caller)), row.number);
}

template <class Row>
std::string parameters_as_text(std::string_view title, const Row& parameters) {
  if (parameters.size() == 0) { return {}; }
  std::string text = fmt::format("  {}\n", title);
  for (const Parameter& p : parameters) { text += fmt::format("    {:<12}  {}\n", p.name, p.meaning); }
  return text;
}

std::string call_as_text(const CallRow& row, const Rule& rule) {
  std::string text = fmt::format("{}\n  {}\n  {}\n", signature(row), row.summary, who(row));
  text += parameters_as_text("Arguments", row.inputs);
  text += parameters_as_text("Outputs", row.outputs);
  if (!rule.refusals.empty()) { text += "  Refused with the first of\n"; }
  for (const auto& refusal : rule.refusals) {
    text += fmt::format("    {:<12}  {}\n", bulkhead::name_of(refusal.status), refusal.text);
  }
  text += fmt::format("  Otherwise ok\n    {}\n", rule.effect_text);
  if (rule.footprint.empty()) { return text + "  Changes nothing\n"; }
  text += "  Changes nothing but\n";
  for (const auto& touch : rule.footprint) { text += fmt::format("    {:<12}  {}\n", name_of(touch.part), touch.text); }
  return text;
}

template <class Row>
std::string parameters_as_markdown(std::string_view title, const Row& parameters) {
  if (parameters.size() == 0) { return {}; }
  std::string text = fmt::format("\n| {} | |\n|---|---|\n", title);
  for (const Parameter& p : parameters) { text += fmt::format("| `{}` | {} |\n", p.name, p.meaning); }
  return text;
}

std::string call_as_markdown(const CallRow& row, const Rule& rule) {
  std::string text = fmt::format("## `{}`\n\n{} {}\n", signature(row), row.summary, who(row));
  text += parameters_as_markdown("argument", row.inputs);
  text += parameters_as_markdown("output", row.outputs);
  if (!rule.refusals.empty()) { text += "\nRefused with the first of these:\n\n"; }
  size_t number = 0;
  for (const auto& refusal : rule.refusals) {
    text += fmt::format("{}. `{}`: {}\n", ++number, bulkhead::name_of(refusal.status), refusal.text);
  }
  text += fmt::format("\nOtherwise: {}.\n", rule.effect_text);
  text += rule.footprint.empty() ? "\nIt changes nothing.\n" : "\nIt changes nothing but:\n\n";
  for (const auto& touch : rule.footprint) { text += fmt::format("- {}: {}\n", name_of(touch.part), touch.text); }
  return text;
}

template <class Row>
Json parameters_as_json(const Row& parameters) {
  Json list = Json::array();
  for (const Parameter& p : parameters) {
    list.push_back({{"name", p.name}, {"kind", name_of(p.kind)}, {"meaning", p.meaning}});
  }
  return list;
}

Json call_as_json(const CallRow& row, const Rule& rule) {
  Json refusals = Json::array();
  for (const auto& refusal : rule.refusals) {
    refusals.push_back({{"status", bulkhead::name_of(refusal.status)}, {"condition", refusal.text}});
  }
  Json footprint = Json::array();
  for (const auto& touch : rule.footprint) {
    footprint.push_back({{"part", name_of(touch.part)}, {"what", touch.text}});
  }
  return {{"name", row.name},
          {"number", fmt::format("{:#x}", row.number)},
          {"caller", name_of(row.caller)},
          {"summary", row.summary},
          {"arguments", parameters_as_json(row.inputs)},
          {"outputs", parameters_as_json(row.outputs)},
          {"refusals", refusals},
          {"effect", rule.effect_text},
          {"footprint", footprint}};
}

template <class Write>
std::string each(const std::vector<Call>& calls, const Write& write) {
  std::string text;
  for (const Call call : calls) {
    text += (text.empty() ? "" : "\n") + write(row_of(call), spec::rule_of<Concrete>(call));
  }
  return text;
}

}  // namespace

std::string spec_as_text(const std::vector<Call>& calls) { return each(calls, call_as_text); }

std::string spec_as_markdown(const std::vector<Call>& calls) { return "# Calls\n\n" + each(calls, call_as_markdown); }

std::string spec_as_json(const std::vector<Call>& calls) {
  Json list = Json::array();
  for (const Call call : calls) { list.push_back(call_as_json(row_of(call), spec::rule_of<Concrete>(call))); }
  return text_of(Json{{"schema", "bulkhead-spec/1"}, {"calls", list}});
}

}  // namespace bulkhead::cli
