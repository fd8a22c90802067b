#pragma once

#include <functional>
#include <optional>

#include "cli/judge.hpp"
#include "hw/effect_judge.hpp"
#include "model/trace_reader.hpp"

namespace bulkhead::cli {

/// Where a trace and its judge part for the first time.
struct Divergence {
  uint64_t line;                   ///< of the trace
  Deed deed;                       ///< as recorded
  std::string expected;            ///< how it should have ended, and why; or what engine and spec disagree on
  bool engine_and_spec;            ///< whether it is those two that part, and not the record
  std::vector<std::string> state;  ///< of the places that a call names, after it
};

/// The first effect that breaks a rule.
struct BrokenRule {
  uint64_t line;  ///< of the trace
  trace::Event event;
  hw::Breach breach;
};

/// How the replay of one trace went.
struct Outcome {
  uint64_t events = 0;     ///< events read
  uint64_t calls = 0;      ///< of these, calls
  uint64_t last_line = 0;  ///< line of the last event read
  bool at_end = false;     ///< the whole trace was read
  std::optional<Divergence> divergence;
  std::optional<BrokenRule> broken;  ///< instead of a divergence

  /// The line at which it stops to conform; 0 if it does not.
  uint64_t diverges_at() const { return divergence ? divergence->line : broken ? broken->line : 0; }
};

/// Called from time to time with the number of events read so far.
using Progress = std::function<void(uint64_t events)>;

/// Judges each call and access of the trace by `judge`, and each effect by the rules of maintenance and isolation, up
/// to the first divergence, the end, or `stop_after` events. What engine and spec disagree on in the end counts at the
/// last event. Throws `Error` for an interrupt or an exit, and for an effect that cannot be judged.
Outcome replay(trace::Reader& reader, Judge& judge, uint64_t stop_after, const Progress& progress);

}  // namespace bulkhead::cli
