#include "cli/replay_run.hpp"

#include <fmt/format.h>

namespace bulkhead::cli {
namespace {

constexpr uint64_t events_per_progress = 1U << 16;

/// How the deed should have ended; nothing if it did.
std::optional<std::string> expectation(const Judge& judge, const Deed& deed, const Ruling& ruling) {
  if (ruling.expected == deed) { return std::nullopt; }
  const std::string end = outcome_in_words(ruling.expected);
  const auto* call = std::get_if<trace::CallEvent>(&ruling.expected);
  const auto reason = call != nullptr && call->result.status != Status::ok ? judge.reason(*call) : std::nullopt;
  return reason ? fmt::format("{}: {}", end, *reason) : end;
}

std::vector<std::string> places(const Judge& judge, const Deed& deed) {
  const auto* call = std::get_if<trace::CallEvent>(&deed);
  return call != nullptr ? judge.places(*call) : std::vector<std::string>{};
}

/// The deed of an event; nothing of an effect, which is for another judge. Of interrupts and exits no
/// judge knows yet.
std::optional<Deed> deed_of(const trace::Event& event, const trace::Reader& reader) {
  if (const auto* call = std::get_if<trace::CallEvent>(&event.what)) { return *call; }
  if (const auto* access = std::get_if<trace::AccessEvent>(&event.what)) { return *access; }
  const auto& step = std::get<trace::StepEvent>(event.what);
  if (step.kind == trace::StepKind::effect) { return std::nullopt; }
  throw Error({reader.file(), reader.line()},
              fmt::format("\"{}\" events cannot be replayed in this version; expected calls, accesses and effects",
                          trace::step_names[static_cast<size_t>(step.kind)]));
}

}  // namespace

Outcome replay(trace::Reader& reader, Judge& judge, uint64_t stop_after, const Progress& progress) {
  Outcome outcome;
  trace::Event event;
  std::optional<Deed> last;
  const auto diverge = [&](const std::optional<std::string>& why, bool engine_and_spec) {
    if (why) { outcome.divergence = {outcome.last_line, *last, *why, engine_and_spec, places(judge, *last)}; }
  };
  while (outcome.events < stop_after && !outcome.divergence) {
    outcome.at_end = !reader.next(event);
    if (outcome.at_end) { break; }
    ++outcome.events;
    outcome.last_line = reader.line();
    outcome.calls += std::holds_alternative<trace::CallEvent>(event.what) ? 1 : 0;
    if (auto deed = deed_of(event, reader)) {
      last = deed;
      const Ruling ruling = judge.rule(*last);
      diverge(ruling.disagreement ? ruling.disagreement : expectation(judge, *last, ruling),
              ruling.disagreement.has_value());
    }
    if (outcome.events % events_per_progress == 0) { progress(outcome.events); }
  }
  if (last && !outcome.divergence) { diverge(judge.disagreement(), true); }
  return outcome;
}

}  // namespace bulkhead::cli
