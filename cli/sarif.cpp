#include "cli/sarif.hpp"

#include <fmt/format.h>

#include <cctype>

#include "cli/counterexample_rows.hpp"
#include "cli/document.hpp"
#include "cli/goal_place.hpp"
#include "cli/goals.hpp"
#include "cli/source_name.hpp"

namespace bulkhead::cli {
namespace {

using refine::Obligation;
using refine::Verdict;

constexpr const char* root_id = "%SRCROOT%";

/// A relative path as a URI: what a URI cannot hold is written as `%NN`.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~/").find(c) != std::string_view::npos);
    uri += stays ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

Json location(std::string_view file, int line) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(file)}, {"uriBaseId", root_id}}}, {"region", {{"startLine", line}}}}}};
}

Json location_of(const Obligation& goal) {
  const GoalPlace place = place_of(goal);
  return location(place.file, place.line);
}

Json rules() {
  Json list = Json::array();
  for (const refine::Theorem& theorem : refine::theorems) {
    list.push_back({{"id", theorem.name},
                    {"shortDescription", {{"text", theorem.says}}},
                    {"help",
                     {{"text", fmt::format("Theorem {}: {}. `bulkhead prove --theorem {}` proves it alone.",
                                           theorem.name, theorem.says, theorem.name)}}},
                    {"defaultConfiguration", {{"level", "error"}}}});
  }
  return list;
}

/// A decision that the engine took, with the way it went.
Json flow_step(const refine::PathStep& step) {
  Json where = location(source_name(step.file), step.line);
  where["message"] = {{"text", step.taken ? "the condition holds" : "the condition does not hold"}};
  return {{"location", where}, {"kinds", {"branch", step.taken ? "true" : "false"}}};
}

/// Nothing for a path without a known line.
Json code_flows(const Obligation& goal) {
  Json steps = Json::array();
  if (!goal.counterexample.empty()) {
    for (const refine::PathStep& step : path_of(goal.counterexample.front())) {
      if (step.line > 0) { steps.push_back(flow_step(step)); }
    }
  }
  if (steps.empty()) { return Json::array(); }
  Json flow{{"threadFlows", Json::array({Json{{"locations", steps}}})}};
  return Json::array({flow});
}

Json result_of(const Obligation& goal) {
  const std::string text = fmt::format("Refuted: {}.\n{}\n{}", goal.text, goal.name(), reason_of(goal));
  Json result{{"ruleId", goal.theorem},
              {"level", "error"},
              {"message", {{"text", text}}},
              {"locations", Json::array({location_of(goal)})},
              {"partialFingerprints", {{"bulkheadGoal/v1", goal.name()}}}};
  if (Json flows = code_flows(goal); !flows.empty()) { result["codeFlows"] = std::move(flows); }
  return result;
}

Json notification(std::string_view kind, const std::string& text) {
  return {{"descriptor", {{"id", kind}}}, {"level", "error"}, {"message", {{"text", text}}}};
}

Json notification_of(const Obligation& goal) {
  const auto kind = name_of(goal.verdict);
  Json note = notification(kind, fmt::format("{}: {}: {}: {}", kind, goal.name(), goal.text, goal.detail));
  note["locations"] = Json::array({location_of(goal)});
  return note;
}

Json notifications_of(const ProofReport& report) {
  Json list = Json::array();
  const auto is_undecided = [](const Obligation& o) {
    return o.verdict == Verdict::unknown || o.verdict == Verdict::fault;
  };
  for (const Obligation* goal : obligations_where(report.proof, is_undecided)) {
    list.push_back(notification_of(*goal));
  }
  for (const Gap& gap : gaps_of(report)) {
    list.push_back(notification(gap.kind, fmt::format("{}: {}: {}", gap.kind, gap.name, gap.text)));
  }
  return list;
}

Json results_of(const refine::Proof& proof) {
  Json results = Json::array();
  const auto is_refuted = [](const Obligation& o) { return o.verdict == Verdict::refuted; };
  for (const Obligation* goal : obligations_where(proof, is_refuted)) { results.push_back(result_of(*goal)); }
  return results;
}

/// What a notification can be about.
Json kinds_of_notifications() {
  Json kinds = Json::array();
  for (const auto& [id, says] : std::initializer_list<std::pair<const char*, const char*>>{
           {"unknown", "a goal is not decided"},
           {"fault", "the tool failed at a goal"},
           {"missing", "a goal that must be there is not"},
           {"new", "a goal is there that the census does not name"},
           {"interrupted", "the proof was interrupted"}}) {
    kinds.push_back({{"id", id}, {"shortDescription", {{"text", says}}}});
  }
  return kinds;
}

}  // namespace

std::string as_sarif(const ProofReport& report) {
  const Json notifications = notifications_of(report);
  const Json driver{{"name", "bulkhead"},
                    {"version", BULKHEAD_VERSION},
                    {"rules", rules()},
                    {"notifications", kinds_of_notifications()}};
  const Json invocation{{"executionSuccessful", notifications.empty()}, {"toolExecutionNotifications", notifications}};
  const Json base{{root_id, {{"description", {{"text", "the root of the source tree"}}}}}};
  const Json run{{"tool", {{"driver", driver}}},
                 {"invocations", Json::array({invocation})},
                 {"originalUriBaseIds", base},
                 {"columnKind", "utf16CodeUnits"},
                 {"results", results_of(report.proof)}};
  return text_of({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                  {"version", "2.1.0"},
                  {"runs", Json::array({run})}});
}

}  // namespace bulkhead::cli
