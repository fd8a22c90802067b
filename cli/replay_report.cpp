#include "cli/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/document.hpp"
#include "model/trace_writer.hpp"

namespace bulkhead::cli {
namespace {

std::string counted(uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string details(const Divergence& divergence) {
  std::string text = fmt::format("  event     {} on cpu {}\n", in_words(divergence.deed), raw(cpu_of(divergence.deed)));
  text += divergence.engine_and_spec
              ? fmt::format("  disagree  {}\n", divergence.expected)
              : fmt::format("  expected  {}\n  recorded  {}\n", divergence.expected, outcome_in_words(divergence.deed));
  std::string_view title = "after";
  for (const std::string& place : divergence.state) {
    text += fmt::format("  {:<8}  {}\n", title, place);
    title = "";
  }
  return text;
}

std::string details(const BrokenRule& broken) {
  const hw::Breach& breach = broken.breach;
  return fmt::format("  event     {}\n  rule      {}: {} (DDI 0487 {})\n  at        {}\n", trace::text_of(broken.event),
                     breach.rule, breach.text, breach.section, breach.place);
}

std::string details(const Outcome& outcome) {
  return outcome.divergence ? details(*outcome.divergence) : outcome.broken ? details(*outcome.broken) : "";
}

std::string wording(const trace::Expectation& expectation) {
  if (expectation.diverges_at == 0) { return "to conform"; }
  const std::string rule = expectation.rule.empty() ? "" : fmt::format(" by rule {}", expectation.rule);
  return fmt::format("to diverge at line {}{}", expectation.diverges_at, rule);
}

std::string end_as_text(const TraceReport& report) {
  const Outcome& outcome = report.outcome;
  if (outcome.diverges_at() != 0) { return fmt::format("{}:{}: diverges", report.file, outcome.diverges_at()); }
  const std::string rest = outcome.at_end ? "" : ", the rest was not read";
  return fmt::format("{}: conforms ({}{})", report.file, counted(outcome.events, "event"), rest);
}

Json as_json(const Divergence& divergence) {
  return {{"line", divergence.line},
          {"event", json_of(trace::text_of(event_of(divergence.deed)))},
          {"expected", divergence.expected},
          {"recorded", outcome_in_words(divergence.deed)},
          {"state", divergence.state}};
}

Json as_json(const BrokenRule& broken) {
  const hw::Breach& breach = broken.breach;
  return {{"line", broken.line},       {"event", json_of(trace::text_of(broken.event))},
          {"rule", breach.rule},       {"expected", breach.text},
          {"section", breach.section}, {"place", breach.place}};
}

Json as_json(const trace::Expectation& expectation) {
  if (expectation.diverges_at == 0) { return "conforms"; }
  Json json{{"diverges", expectation.diverges_at}};
  if (!expectation.rule.empty()) { json["rule"] = expectation.rule; }
  return json;
}

Json as_json(const TraceReport& report) {
  const Outcome& outcome = report.outcome;
  Json json{{"file", report.file},     {"verdict", outcome.diverges_at() != 0 ? "diverges" : "conforms"},
            {"holds", report.holds()}, {"events", outcome.events},
            {"calls", outcome.calls},  {"at_end", outcome.at_end}};
  if (report.expectation) { json["expect"] = as_json(*report.expectation); }
  if (outcome.divergence) { json["divergence"] = as_json(*outcome.divergence); }
  if (outcome.broken) { json["broken_rule"] = as_json(*outcome.broken); }
  return json;
}

}  // namespace

bool TraceReport::holds() const {
  const uint64_t line = outcome.diverges_at();
  if (!expectation) { return line == 0; }
  const bool other_rule =
      line != 0 && !expectation->rule.empty() && (!outcome.broken || outcome.broken->breach.rule != expectation->rule);
  if (other_rule) { return false; }
  const bool not_reached = line == 0 && !outcome.at_end && outcome.last_line < expectation->diverges_at;
  return line == expectation->diverges_at || not_reached;
}

std::string as_text(const TraceReport& report) {
  const std::string end = end_as_text(report);
  if (report.holds()) { return end + (report.expectation ? ", as it says\n" : "\n"); }
  const std::string says = report.expectation ? fmt::format(", but says {}", wording(*report.expectation)) : "";
  return end + says + "\n" + details(report.outcome);
}

std::string as_text(const ReplayTotals& totals) {
  return fmt::format("replayed {}, {} in {:.3f} s ({:.0f} events/s)\n", counted(totals.traces, "trace"),
                     counted(totals.events, "event"), totals.seconds,
                     static_cast<double>(totals.events) / std::max(totals.seconds, 1e-6));
}

std::string as_json(const std::vector<TraceReport>& reports, const ReplayTotals& totals) {
  const bool hold = std::all_of(reports.begin(), reports.end(), [](const TraceReport& r) { return r.holds(); });
  Json traces = Json::array();
  for (const TraceReport& report : reports) { traces.push_back(as_json(report)); }
  const Json document{{"schema", "bulkhead-replay/1"},
                      {"verdict", hold ? "holds" : "violated"},
                      {"traces", traces},
                      {"totals", {{"traces", totals.traces}, {"events", totals.events}, {"seconds", totals.seconds}}}};
  return text_of(document);
}

}  // namespace bulkhead::cli
