#include "cli/replay_run.hpp"

#include <fmt/format.h>

#include "model/trace_writer.hpp"

namespace bulkhead::cli {
namespace {

constexpr uint64_t events_per_progress = 1U << 16;

/// What the judge expected in place of what was recorded; nothing if it was that.
std::optional<std::string> expectation(const Judge& judge, const trace::CallEvent& event, const Ruling& ruling) {
  if (ruling.disagreement) { return ruling.disagreement; }
  trace::CallEvent expected = event;
  expected.result = ruling.expected;
  if (expected == event) { return std::nullopt; }
  const std::string answer = trace::in_words(event.call, ruling.expected);
  if (ruling.expected.status == Status::ok) { return answer; }
  const auto reason = judge.reason(event);
  return reason ? fmt::format("{}: {}", answer, *reason) : answer;
}

std::optional<Divergence> judge_call(Judge& judge, const trace::CallEvent& event, uint64_t line) {
  const Ruling ruling = judge.rule(event);
  const auto expected = expectation(judge, event, ruling);
  if (!expected) { return std::nullopt; }
  return Divergence{line, event, *expected, trace::in_words(event.call, event.result), judge.places(event)};
}

/// Effects are for another judge; of the other steps none knows yet.
void skip(const trace::StepEvent& step, const trace::Reader& reader) {
  if (step.kind == trace::StepKind::effect) { return; }
  throw Error({reader.file(), reader.line()},
              fmt::format("\"{}\" events cannot be replayed in this version; expected calls and effects",
                          trace::step_names[static_cast<size_t>(step.kind)]));
}

}  // namespace

Outcome replay(trace::Reader& reader, Judge& judge, uint64_t stop_after, const Progress& progress) {
  Outcome outcome;
  trace::Event event;
  while (outcome.events < stop_after && !outcome.divergence) {
    if (!reader.next(event)) {
      outcome.at_end = true;
      break;
    }
    ++outcome.events;
    outcome.last_line = reader.line();
    if (const auto* call = std::get_if<trace::CallEvent>(&event.what)) {
      ++outcome.calls;
      outcome.divergence = judge_call(judge, *call, reader.line());
    } else {
      skip(std::get<trace::StepEvent>(event.what), reader);
    }
    if (outcome.events % events_per_progress == 0) { progress(outcome.events); }
  }
  return outcome;
}

}  // namespace bulkhead::cli
