#include "cli/cex_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "cli/counted.hpp"
#include "cli/document.hpp"
#include "cli/replay_run.hpp"
#include "cli/text_table.hpp"

namespace bulkhead::cli {
namespace {

std::string outcome_of_trace(const std::string& text, const std::string& file) {
  if (text.empty()) { return ""; }
  std::istringstream in(text);
  trace::Reader reader(in, file + " (trace)");
  const auto judge = make_judge(Against::both, reader.header().machine);
  const Outcome outcome = replay(reader, *judge, std::numeric_limits<uint64_t>::max(), [](uint64_t) {});
  return outcome.divergence ? fmt::format("diverges at line {}", outcome.divergence->line) : "conforms";
}

std::string_view standing_of(const Retrial& retrial) {
  if (retrial.stands()) { return "stands"; }
  return retrial.is_undecided() ? "undecided" : "gone";
}

std::string as_text(const Retrial& retrial) {
  std::string text = fmt::format("{:<10}{}\n", standing_of(retrial), retrial.goal);
  const auto add = [&text](const std::string& line) {
    for (const std::string& part : wrapped(line, page_width - 10)) { text += fmt::format("{:<10}{}\n", "", part); }
  };
  add(retrial.recheck.stands() ? "from its state: the goal fails again" : "from its state: " + retrial.recheck.why);
  if (!retrial.trace.empty()) { add("from boot: its trace " + retrial.trace); }
  return text;
}

}  // namespace

Retrial retry(const StoredCex& stored) {
  const refine::Counterexample& cex = stored.counterexample;
  return {stored.path, cex.goal, refine::recheck(cex), outcome_of_trace(cex.trace.text, stored.path)};
}

std::string retrials_as_text(const std::vector<Retrial>& all) {
  std::string text;
  for (const Retrial& retrial : all) { text += as_text(retrial); }
  const auto standing = std::count_if(all.begin(), all.end(), [](const Retrial& r) { return r.stands(); });
  return text + fmt::format("\n{}: {} standing\n", counted(all.size(), "counterexample"), standing);
}

std::string retrials_as_json(const std::vector<Retrial>& all) {
  Json list = Json::array();
  for (const Retrial& retrial : all) {
    Json entry{{"file", retrial.path},
               {"goal", retrial.goal},
               {"standing", standing_of(retrial)},
               {"legal", retrial.recheck.legal},
               {"fails", retrial.recheck.fails}};
    if (!retrial.recheck.why.empty()) { entry["why"] = retrial.recheck.why; }
    if (!retrial.trace.empty()) { entry["trace"] = retrial.trace; }
    list.push_back(entry);
  }
  return text_of({{"schema", "bulkhead-cex-replay/1"}, {"counterexamples", list}});
}

}  // namespace bulkhead::cli
