#include "cli/replay_run.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

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
std::optional<Deed> deed_of(const trace::Event& event, const Place& at) {
  if (const auto* call = std::get_if<trace::CallEvent>(&event.what)) { return *call; }
  if (const auto* access = std::get_if<trace::AccessEvent>(&event.what)) { return *access; }
  const auto& step = std::get<trace::StepEvent>(event.what);
  if (step.kind == trace::StepKind::effect) { return std::nullopt; }
  throw Error(at,
              fmt::format("\"{}\" events cannot be replayed in this version; expected calls, accesses and effects",
                          trace::step_names[static_cast<size_t>(step.kind)]));
}

/// Reads one event ahead, so that it is known which one is the last. What is wrong with the next line is told when its
/// turn comes.
class Events {
 public:
  explicit Events(trace::Reader& reader) : reader_(reader) { read(); }

  /// Goes to the next event, if there is one. Throws `Error` for a line that is none.
  bool next() {
    if (problem_) { std::rethrow_exception(problem_); }
    if (!is_there_) { return false; }
    std::swap(current, ahead_);
    line = ahead_line_;
    read();
    return true;
  }
  bool is_last() const { return !is_there_ && !problem_; }

  trace::Event current;
  uint64_t line = 0;

 private:
  void read() {
    try {
      is_there_ = reader_.next(ahead_);
      ahead_line_ = reader_.line();
    } catch (const Error&) { problem_ = std::current_exception(); }
  }

  trace::Reader& reader_;
  trace::Event ahead_;
  uint64_t ahead_line_ = 0;
  bool is_there_ = false;
  std::exception_ptr problem_;
};

/// Judges deeds one by one until one diverges.
class Replay {
 public:
  explicit Replay(Judge& judge) : judge_(judge) {}

  void rule(const Deed& deed, bool is_last) {
    last_ = deed;
    const auto objection = is_last ? judge_.objection(deed) : std::nullopt;
    const Ruling ruling = judge_.rule(deed);
    diverge(ruling.disagreement ? ruling.disagreement : expectation(judge_, deed, ruling),
            ruling.disagreement.has_value());
    diverge(objection, true);
  }
  void end() {
    if (last_) { diverge(judge_.disagreement(), true); }
  }

  Outcome outcome;

 private:
  void diverge(const std::optional<std::string>& why, bool engine_and_spec) {
    if (!why || outcome.divergence) { return; }
    outcome.divergence = {outcome.last_line, *last_, *why, engine_and_spec, places(judge_, *last_)};
  }

  Judge& judge_;
  std::optional<Deed> last_;
};

}  // namespace

Outcome replay(trace::Reader& reader, Judge& judge, uint64_t stop_after, const Progress& progress) {
  Events events(reader);
  Replay replay(judge);
  Outcome& outcome = replay.outcome;
  while (outcome.events < stop_after && !outcome.divergence) {
    outcome.at_end = !events.next();
    if (outcome.at_end) { break; }
    ++outcome.events;
    outcome.last_line = events.line;
    outcome.calls += std::holds_alternative<trace::CallEvent>(events.current.what) ? 1 : 0;
    if (const auto deed = deed_of(events.current, {reader.file(), events.line})) {
      replay.rule(*deed, events.is_last());
    }
    if (outcome.events % events_per_progress == 0) { progress(outcome.events); }
  }
  replay.end();
  return outcome;
}

}  // namespace bulkhead::cli
