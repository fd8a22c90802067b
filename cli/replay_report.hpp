#pragma once

#include "cli/replay_run.hpp"

/// What `replay` says of what it found.
namespace bulkhead::cli {

/// How one trace did.
struct TraceReport {
  std::string file;
  Outcome outcome;
  std::optional<trace::Expectation> expectation;  ///< what it is judged by, if it says how it ends

  /// Whether the trace conforms or, if it says how its replay ends, ends so.
  bool holds() const;
};

struct ReplayTotals {
  size_t traces = 0;
  uint64_t events = 0;
  double seconds = 0;
};

/// Some lines for a person: where and how it diverges, or that it does not.
std::string as_text(const TraceReport& report);
/// One line about the whole run.
std::string as_text(const ReplayTotals& totals);
/// The document `bulkhead-replay/1`.
std::string as_json(const std::vector<TraceReport>& reports, const ReplayTotals& totals);

}  // namespace bulkhead::cli
