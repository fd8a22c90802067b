#include "refine/compaction.hpp"

#include "hw/descriptor.hpp"

namespace bulkhead::refine {
namespace {

/// Fewer frames, or words that follow, are as well listed.
constexpr uint64_t worth_it = 64;

/// How many frames from this one on are mapped as one with it.
uint64_t frames_in_run(const SmallState& state, uint64_t first, const FrameRun& run) {
  uint64_t frames = 0;
  for (auto f = state.frames.find(first); f != state.frames.end(); ++f, ++frames) {
    if (f->first != first + frames || f->second != run.at(frames)) { break; }
  }
  return frames;
}

bool holds_something(const SmallState& state, uint64_t frame) {
  const auto word = state.words.lower_bound({frame, 0});
  return word != state.words.end() && word->first.first == frame;
}

void compact_run(SmallState& state, uint64_t first, const FrameRecord& record, const std::set<uint64_t>& besides) {
  FrameRun run{.frames = 0, .state = record.state, .owner = record.owner, .base = record.base};
  run.frames = frames_in_run(state, first, run);
  if (run.frames < worth_it) { return; }
  state.runs[first] = run;
  for (uint64_t frame = first; frame < first + run.frames; ++frame) {
    if (!besides.contains(frame) && !holds_something(state, frame)) { state.frames.erase(frame); }
  }
}

void compact_table(SmallState& state, uint64_t table) {
  FrameRecord& record = state.frames.at(table);
  FrameRecord follows = record;
  follows.rest = state.word(table, 0);
  if (record.rest != 0 || record.step != 0 || follows.rest == 0) { return; }
  if ((follows.rest & 1) != 0) {
    follows.step = uint64_t{1} << (page_shift + span_shift(static_cast<unsigned>(record.level)));
  }
  uint64_t count = 0;
  for (uint64_t i = 0; i < entries_per_table; ++i) {
    if (state.word(table, i) == follows.unlisted(i)) { ++count; }
  }
  if (count < worth_it) { return; }
  for (uint64_t i = 0; i < entries_per_table; ++i) {
    const SmallState::Key key{table, i};
    const uint64_t word = state.word(table, i);
    if (word == follows.unlisted(i)) {
      state.words.erase(key);
    } else {
      state.words[key] = word;
    }
  }
  record = follows;
}

}  // namespace

SmallState compacted(SmallState state, const std::set<uint64_t>& besides) {
  const auto frames = state.frames;
  for (const auto& [frame, record] : frames) {
    const bool is_done = record_in_run(state.runs, frame).has_value();
    if (record.is_mapped() && !is_done) { compact_run(state, frame, record, besides); }
    if (record.is_table()) { compact_table(state, frame); }
  }
  return state;
}

}  // namespace bulkhead::refine
