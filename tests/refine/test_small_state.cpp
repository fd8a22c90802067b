#include "refine/small_state.hpp"

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
