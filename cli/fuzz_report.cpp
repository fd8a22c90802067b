#include "cli/fuzz_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/document.hpp"
#include "model/trace_writer.hpp"

namespace bulkhead::cli {
namespace {

uint64_t least(const FuzzReport& report) { return std::max<uint64_t>(report.require_coverage, 1); }

std::string summary(const FuzzReport& report) {
  const FuzzResult& result = report.result;
  const auto made = static_cast<double>(std::max<uint64_t>(result.coverage.calls_made(), 1));
  const double share = 100 * static_cast<double>(result.coverage.successes()) / made;
  return fmt::format("{} steps on {} machines in {:.1f} s; {} calls, {:.0f}% succeeded; seed {}\n", result.steps,
                     result.machines, result.seconds, result.coverage.calls_made(), share, report.seed);
}

std::string rarely(const FuzzReport& report) {
  return least(report) == 1 ? "never seen" : fmt::format("fewer than {} times", least(report));
}

std::string missing_as_text(const FuzzReport& report) {
  std::string text;
  for (const Pair& pair : report.missing()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(pair.call), name_of(pair.status));
  }
  return text.empty() ? text : fmt::format("reachable, but {}: {}\n", rarely(report), text);
}

std::string failure_as_text(const FuzzFailure& failure, const std::string& trace) {
  std::string text = fmt::format("engine and spec part: {}\n", failure.text);
  for (const Deed& deed : failure.deeds) {
    text += fmt::format("  {} on cpu {}: {}\n", in_words(deed), raw(cpu_of(deed)), outcome_in_words(deed));
  }
  const std::string where = trace.empty() ? "not written" : "written to " + trace;
  return text + fmt::format("{} ({} steps, found after {})\n", where, failure.deeds.size(), failure.found_after);
}

Json pairs_as_json(const std::vector<Pair>& pairs, const Coverage& coverage) {
  Json list = Json::array();
  for (const Pair& pair : pairs) {
    list.push_back({{"call", name_of(pair.call)}, {"status", name_of(pair.status)}, {"times", coverage.times(pair)}});
  }
  return list;
}

Json failure_as_json(const FuzzFailure& failure, const std::string& trace) {
  Json events = Json::array();
  for (const Deed& deed : failure.deeds) { events.push_back(json_of(trace::text_of(event_of(deed)))); }
  return {{"disagreement", failure.text}, {"trace", trace}, {"found_after", failure.found_after}, {"events", events}};
}

std::string_view verdict(Exit exit) {
  if (exit == Exit::violated) { return "violated"; }
  return exit == Exit::undecided ? "undecided" : "holds";
}

}  // namespace

std::vector<Pair> FuzzReport::missing() const { return result.coverage.below(least(*this)); }

Exit FuzzReport::exit() const {
  if (result.failure) { return Exit::violated; }
  if (result.interrupted) { return Exit::undecided; }
  return require_coverage != 0 && !missing().empty() ? Exit::undecided : Exit::holds;
}

std::string as_text(const FuzzReport& report) {
  const auto& failure = report.result.failure;
  return report.result.coverage.table() + summary(report) +
         (failure ? failure_as_text(*failure, report.trace)
                  : missing_as_text(report) +
                        (report.result.interrupted ? "interrupted; no divergence so far\n" : "no divergence\n"));
}

std::string as_json(const FuzzReport& report) {
  const FuzzResult& result = report.result;
  Json document{{"schema", "bulkhead-fuzz/1"},
                {"verdict", verdict(report.exit())},
                {"seed", report.seed},
                {"steps", result.steps},
                {"machines", result.machines},
                {"calls", result.coverage.calls_made()},
                {"ok", result.coverage.successes()},
                {"seconds", result.seconds},
                {"reachable", pairs_as_json(reachable_pairs(), result.coverage)},
                {"missing", pairs_as_json(report.missing(), result.coverage)}};
  if (result.failure) { document["failure"] = failure_as_json(*result.failure, report.trace); }
  return text_of(document);
}

}  // namespace bulkhead::cli
