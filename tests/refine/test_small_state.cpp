#include "refine/small_state.hpp"

#include "refine/compaction.hpp"
#include "refine/snapshot.hpp"
#include "tests/catch.hpp"
#include "tests/refine/random_calls.hpp"

/// A state written down is the state that it was taken from.
namespace bulkhead::refine {
namespace {

using C = Concrete;

TEST_CASE("nothing listed is a legal state: devices, and the host's tables") {
  const SmallState nothing;
  CHECK(nothing.violations().empty());
  CHECK(nothing.frame(uint64_t{1} << 30).state == FrameState::device);
  CHECK(nothing.frame(nothing.host_root()).state == FrameState::engine);
  CHECK(nothing.vttbr_of(3) == nothing.host_root() << page_shift);
}

TEST_CASE("the host's tables keep away from what is listed") {
  SmallState state;
  const uint64_t usual = state.host_root();
  state.frames[usual].state = FrameState::device;
  CHECK(state.host_root() != usual);
  state.host.root = 0x123;
  CHECK(state.host_root() == 0x123);
  CHECK(state.first_host_frame_under(0x123, 1) == uint64_t{1} << span_shift(0));
  CHECK_FALSE(state.first_host_frame_under(0x124, 1));
}

TEST_CASE("the host's tables follow from the states of frames") {
  SmallState state;
  state.frames[0x40005] = {FrameState::host, 0, 0, 0, 0, 0, true, false, false, 0};
  const auto engine = state.concrete();
  const auto found = view_translation(engine, CompartmentId<C>(0), Page<C>(0x40005));
  REQUIRE(found);
  CHECK(found->frame == 0x40005);
  CHECK_FALSE(found->device);
  state.frames[0x40005].state = FrameState::spare;
  CHECK_FALSE(view_translation(state.concrete(), CompartmentId<C>(0), Page<C>(0x40005)));
  state.frames[0x40005].state = FrameState::device;
  CHECK(view_translation(state.concrete(), CompartmentId<C>(0), Page<C>(0x40005))->device);
}

TEST_CASE("a snapshot reads as the machine does") {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    Lockstep machine{MachineDescription{}};
    RandomCalls random(seed);
    for (unsigned i = 0; i < 300; ++i) {
      const auto deed = random.next(machine.spec());
      machine.call(deed.cpu, deed.call, deed.arguments);
    }
    const SmallState state = snapshot(machine, {});
    CHECK(state.violations().empty());
    const auto engine = state.concrete();
    for (const uint64_t frame : machine.frames()) {
      CHECK(view_frame(engine, Frame<C>(frame)) == view_frame(machine.engine(), Frame<C>(frame)));
    }
    for (const auto& [word, value] : state.words) {
      const auto table = state.frame(word.first);
      if (table.state != FrameState::table || table.level != leaf_level) { continue; }
      const CompartmentId<C> id(table.owner);
      const Page<C> page(table.base | word.second);
      CHECK(view_page(engine, id, page) == view_page(machine.engine(), id, page));
    }
  }
}

/// A table that maps frames from `first` on page by page, all but the last of a run of data.
SmallState one_by_one(uint64_t table, uint64_t first) {
  SmallState state;
  state.frames[table] = {.state = FrameState::table, .owner = 1, .level = leaf_level, .base = 0x200, .ram = true};
  for (uint64_t i = 0; i < entries_per_table; ++i) {
    const uint64_t frame = i + 1 < entries_per_table ? first + i : first + 0x1000;
    state.frames[frame] = {.state = FrameState::data, .owner = 1, .base = 0x200 + i, .ram = true};
    state.words[{table, i}] = frame << page_shift | 0x7FF;
  }
  return state;
}

TEST_CASE("a state that lists less is the same state") {
  constexpr uint64_t table = 0x40000;
  constexpr uint64_t first = 0x40200;
  SmallState state = one_by_one(table, first);
  state.words[{first + 5, 7}] = 9;
  const SmallState less = compacted(state, {first + 1});
  std::set<uint64_t> listed;
  for (const auto& [frame, record] : less.frames) { listed.insert(frame); }
  CHECK(listed == std::set<uint64_t>{table, first + 1, first + 5, first + 0x1000});
  CHECK(less.words.size() == 2);
  for (const auto& [frame, record] : state.frames) {
    FrameRecord same = less.frame(frame);
    same.rest = record.rest;
    same.step = record.step;
    CHECK(same == record);
  }
  for (uint64_t i = 0; i < entries_per_table; ++i) {
    CHECK(less.word(table, i) == state.word(table, i));
    CHECK(less.word(first + 5, i) == state.word(first + 5, i));
  }
}

TEST_CASE("few frames in a row stay listed, and what differs is no run") {
  constexpr uint64_t first = 0x40200;
  SmallState few;
  for (uint64_t i = 0; i < 8; ++i) { few.frames[first + i] = {.state = FrameState::data, .owner = 1, .base = i}; }
  CHECK(compacted(few, {}) == few);
  SmallState state = one_by_one(0x40000, first);
  for (uint64_t i = 0; i < entries_per_table; i += 40) { state.frames[first + i].parent_index = 1; }
  const SmallState same = compacted(state, {});
  CHECK(same.runs.empty());
  CHECK(same.frames.size() == state.frames.size());
}

TEST_CASE("what is wrong in a state is found at its place") {
  SmallState state;
  state.frames[0x40005] = {FrameState::spare, 3, 0, 0, 0, 0, true, false, false, 0};
  const auto violations = state.violations();
  REQUIRE_FALSE(violations.empty());
  CHECK(invariants<C>()[violations.front().invariant].name == "unowned");
  CHECK(raw(violations.front().place.frame) == 0x40005);
}

}  // namespace
}  // namespace bulkhead::refine
