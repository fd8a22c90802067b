#include "cli/replay_run.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "cli/trace_effect.hpp"

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

/// The deed of an event, if it is one.
std::optional<Deed> deed_of(const trace::Event& event) {
  if (const auto* call = std::get_if<trace::CallEvent>(&event.what)) { return *call; }
  if (const auto* access = std::get_if<trace::AccessEvent>(&event.what)) { return *access; }
  return std::nullopt;
}

/// Of interrupts and exits no judge knows yet.
void check_kind(const trace::StepEvent& step, const Place& at) {
  if (step.kind == trace::StepKind::effect) { return; }
  throw Error(at, fmt::format("\"{}\" events cannot be replayed in this version; expected calls, accesses and effects",
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

/// Judges deeds and effects one by one until one diverges.
class Replay {
 public:
  Replay(Judge& judge, const MachineDescription& machine) : judge_(judge), effects_(setting_at_boot(machine)) {}

  void rule(const trace::Event& event, bool is_last, const Place& at) {
    if (const auto* step = std::get_if<trace::StepEvent>(&event.what)) {
      check_kind(*step, at);
      return rule(event, *step, at);
    }
    const Deed deed = *deed_of(event);
    rule(deed, is_last);
    if (outcome.diverges_at() == 0) { tell_effects(deed, event); }
  }

  void end() {
    if (last_ && !outcome.broken) { diverge(judge_.disagreement(), true); }
  }

  Outcome outcome;

 private:
  void rule(const trace::Event& event, const trace::StepEvent& step, const Place& at) {
    if (const auto sharing = sharing_of(step, at)) { return effects_.share(sharing->vmid, sharing->frame); }
    const auto effect = effect_of(step, at);
    auto breach = effect ? effects_.judge(*effect) : std::nullopt;
    if (breach) { outcome.broken = {outcome.last_line, event, std::move(*breach)}; }
  }
  /// What only a call tells of tables: the root of a compartment.
  void tell_effects(const Deed& deed, const trace::Event& event) {
    const auto* call = std::get_if<trace::CallEvent>(&deed);
    if (call == nullptr || call->call != Call::compartment_create || call->result.status != Status::ok) { return; }
    const auto& words = call->arguments.words;
    auto breach = effects_.give(raw(words[0]), raw(words[1]));
    if (breach) { outcome.broken = {outcome.last_line, event, std::move(*breach)}; }
  }
  void rule(const Deed& deed, bool is_last) {
    last_ = deed;
    const auto objection = is_last ? judge_.objection(deed) : std::nullopt;
    const Ruling ruling = judge_.rule(deed);
    diverge(ruling.disagreement ? ruling.disagreement : expectation(judge_, deed, ruling),
            ruling.disagreement.has_value());
    diverge(objection, true);
  }
  void diverge(const std::optional<std::string>& why, bool engine_and_spec) {
    if (!why || outcome.divergence) { return; }
    outcome.divergence = {outcome.last_line, *last_, *why, engine_and_spec, places(judge_, *last_)};
  }

  Judge& judge_;
  hw::EffectJudge effects_;
  std::optional<Deed> last_;
};

}  // namespace

Outcome replay(trace::Reader& reader, Judge& judge, uint64_t stop_after, const Progress& progress) {
  Events events(reader);
  Replay replay(judge, reader.header().machine);
  Outcome& outcome = replay.outcome;
  Place at{reader.file()};
  while (outcome.events < stop_after && outcome.diverges_at() == 0) {
    outcome.at_end = !events.next();
    if (outcome.at_end) { break; }
    ++outcome.events;
    outcome.last_line = events.line;
    outcome.calls += std::holds_alternative<trace::CallEvent>(events.current.what) ? 1 : 0;
    at.line = events.line;
    replay.rule(events.current, events.is_last(), at);
    if (outcome.events % events_per_progress == 0) { progress(outcome.events); }
  }
  replay.end();
  return outcome;
}

}  // namespace bulkhead::cli
