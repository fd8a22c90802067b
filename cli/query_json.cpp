#include <fmt/format.h>

#include "cli/counterexample_rows.hpp"
#include "cli/document.hpp"
#include "cli/query_report.hpp"

namespace bulkhead::cli {
namespace {

using namespace refine::query;  // NOLINT(google-build-using-namespace): this file is about queries alone

/// Addresses and words as strings, counts and ids as numbers; a count that is none as a string too.
Json argument_json(Kind kind, uint64_t value) {
  const bool is_word = kind == Kind::pa || kind == Kind::ipa || kind == Kind::bits || value > 0xFFFFFFFF;
  return is_word ? Json(fmt::format("0x{:x}", value)) : Json(value);
}

Json value_json(const Bound& bound) {
  switch (bound.sort) {
    case Sort::compartment:
    case Sort::index:
    case Sort::level:
    case Sort::vcpu:
      return bound.value;
    case Sort::condition:
    case Sort::frame:
    case Sort::ipa:
    case Sort::number:
    case Sort::frame_state:
    case Sort::ipa_state:
    case Sort::compartment_state:
    case Sort::power:
    case Sort::access:
    case Sort::status:
    case Sort::call:
      break;
  }
  return written(bound.sort, bound.value);
}

Json call_json(const Made& made) {
  const CallRow& row = row_of(made.call);
  Json arguments = Json::object();
  for (size_t i = 0; i < row.inputs.size(); ++i) {
    arguments[std::string(row.inputs[i].name)] = argument_json(row.inputs[i].kind, raw(made.arguments.words.at(i)));
  }
  Json out = Json::object();
  for (const Parameter& parameter : row.outputs) {
    if (made.status == Status::ok) { out[std::string(parameter.name)] = argument_json(parameter.kind, made.output); }
  }
  return {{"call", row.name},        {"caller", raw(made.arguments.caller)},
          {"args", arguments},       {"status", bulkhead::name_of(made.status)},
          {"refusal", made.refusal}, {"out", out}};
}

Json witness_json(const Witness& witness) {
  Json names = Json::array();
  for (const Bound& bound : witness.names) {
    names.push_back({{"name", bound.name}, {"sort", name_of(bound.sort)}, {"value", value_json(bound)}});
  }
  Json made = Json::array();
  for (const Made& one : witness.calls) { made.push_back(call_json(one)); }
  Json state = Json::array();
  for (const TouchedState& row : touched_by(witness.story)) {
    Json place = {{"place", row.place}, {"before", row.before}};
    if (witness.story.made) { place["after"] = row.after; }
    state.push_back(place);
  }
  Json values = Json::array();
  for (const Told& told : witness.values) { values.push_back({{"term", told.term}, {"value", told.value}}); }
  return {{"names", names}, {"calls", made}, {"values", values}, {"state", state}};
}

}  // namespace

std::string as_json(const QueryReport& report) {
  const Finding& finding = report.finding;
  Json witnesses = Json::array();
  for (const Witness& witness : finding.witnesses) { witnesses.push_back(witness_json(witness)); }
  return text_of({{"schema", "bulkhead-query/1"},
                  {"verdict", name_of(finding.verdict)},
                  {"expression", as_utf8(report.expression.text)},
                  {"step", !report.expression.has_step                 ? "none"
                           : report.options.stepper == Stepper::engine ? "engine"
                                                                       : "spec"},
                  {"from", report.options.from_boot ? "boot" : "legal"},
                  {"steps", report.expression.has_step ? report.options.steps : 0},
                  {"witnesses", witnesses},
                  {"rests_on", finding.rests_on},
                  {"undecided", finding.undecided},
                  {"questions", finding.questions},
                  {"rlimit", finding.rlimit},
                  {"seconds", finding.seconds}});
}

}  // namespace bulkhead::cli
