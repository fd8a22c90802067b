#include "refine/goal_record.hpp"

#include <limits>

#include "refine/message.hpp"
#include "tests/catch.hpp"

/// What a worker says of goals arrives as it was said, or not at all.
namespace bulkhead::refine {
namespace {

/// A record of which every field has a value of its own, text with a zero byte and a line end among them.
GoalRecord full_record() {
  SmallState state;
  state.frames[7] = {FrameState::table, 1, 2, 3, 1, 5, true, false, true, 9};
  state.words[{7, 511}] = 0x8;
  state.compartments[1] = {CompartmentState::active, 6, 2};
  state.vttbr[3] = 0x1000;
  state.host = {6, {{1, 2}}, {{3, 4}}, {{5, 6}}, {{7, true}, {8, false}}};
  CallMade made;
  made.call = Call::page_map;
  made.cpu = 3;
  made.caller = 2;
  made.arguments = {1, 0x4000, 0x40081000};
  made.engine = {Status::in_use, {4}, "a belief"};
  made.spec = {Status::ok, {}, "a refusal"};
  made.path = {{"impl/page_map.cpp", 24, true}, {"impl/page_map.cpp", 31, false}};
  made.effects = {{.kind = hw::EffectKind::tlbi, .tlbi = hw::Tlbi::vmalle1is, .value = Word<Concrete>(5)}};
  Counterexample counterexample{"goal",
                                "says",
                                state,
                                made,
                                {{"frame", 0x40081, true}, {"index", 5, false}},
                                state,
                                {},
                                {"trace", "why"},
                                Window{2, 5, 1, 7, 0x4, 0x40081, Window::As::table, true}};
  counterexample.after.words.clear();
  counterexample.wanted.frames[7] = {FrameState::spare, 1, 2};
  counterexample.wanted.compartments[1] = {CompartmentState::stopping, 3, 4};
  counterexample.wanted.pages[{1, 4}] = {Translation{5, true, false, true}, IpaState::ram, {1, std::nullopt, 3}};
  counterexample.wanted.contents[{7, 4}] = 8;
  Obligation refuted;
  refuted.theorem = "refinement";
  refuted.call = "page_map";
  refuted.path = "ok.2";
  refuted.conjunct = "content";
  refuted.text = std::string("a sentence\n\0and more", 20);
  refuted.verdict = Verdict::refuted;
  refuted.seconds = 1.0 / 3;
  refuted.rlimit = std::numeric_limits<uint64_t>::max();
  refuted.detail = "why";
  refuted.counterexample = {counterexample};
  refuted.reached = false;
  refuted.hint = {"origin:1", ":2"};
  refuted.hint_is_stale = true;
  Obligation fault = refuted;
  fault.verdict = Verdict::fault;
  fault.counterexample.clear();
  return {{refuted, Obligation(), fault}, 17, "nonvacuity"};
}

void check_same(const CallMade& a, const CallMade& b) {
  CHECK(a.call == b.call);
  CHECK(a.cpu == b.cpu);
  CHECK(a.caller == b.caller);
  CHECK(a.arguments == b.arguments);
  CHECK(a.engine == b.engine);
  CHECK(a.spec == b.spec);
  CHECK(a.path == b.path);
  REQUIRE(a.effects.size() == b.effects.size());
  for (size_t i = 0; i < a.effects.size(); ++i) {
    CHECK(a.effects[i].kind == b.effects[i].kind);
    CHECK(a.effects[i].tlbi == b.effects[i].tlbi);
    CHECK((a.effects[i].value == b.effects[i].value) == ConcreteBool(true));
  }
}

void check_same(const Counterexample& a, const Counterexample& b) {
  CHECK(a.goal == b.goal);
  CHECK(a.says == b.says);
  CHECK((a.before == b.before));
  CHECK((a.window == b.window));
  CHECK((a.after == b.after));
  CHECK((a.point == b.point));
  CHECK((a.wanted == b.wanted));
  CHECK((a.trace == b.trace));
  REQUIRE(a.made.has_value());
  REQUIRE(b.made.has_value());
  check_same(*a.made, *b.made);
}

void check_same(const Obligation& a, const Obligation& b) {
  CHECK(a.theorem == b.theorem);
  CHECK(a.call == b.call);
  CHECK(a.path == b.path);
  CHECK(a.conjunct == b.conjunct);
  CHECK(a.text == b.text);
  CHECK(a.verdict == b.verdict);
  CHECK(a.seconds == b.seconds);
  CHECK(a.rlimit == b.rlimit);
  CHECK(a.detail == b.detail);
  CHECK(a.reached == b.reached);
  REQUIRE(a.counterexample.size() == b.counterexample.size());
  for (size_t i = 0; i < a.counterexample.size(); ++i) { check_same(a.counterexample[i], b.counterexample[i]); }
}

TEST_CASE("a record arrives with every field") {
  const GoalRecord sent = full_record();
  const GoalRecord received = record_of(as_bytes(sent));
  CHECK(received.paths == 17);
  CHECK(received.begun == "nonvacuity");
  REQUIRE(received.goals.size() == 3);
  for (size_t i = 0; i < 3; ++i) { check_same(sent.goals[i], received.goals[i]); }
}

TEST_CASE("a record that is cut short or has something after it cannot be read") {
  const std::string bytes = as_bytes(full_record());
  for (size_t size = 0; size < bytes.size(); ++size) { CHECK_THROWS_AS(record_of(bytes.substr(0, size)), Unreadable); }
  CHECK_THROWS_AS(record_of(bytes + '\0'), Unreadable);
  CHECK_THROWS_AS(record_of(std::string(100, '\xff')), Unreadable);
}

TEST_CASE("a verdict that there is not cannot be read") {
  Obligation goal;
  goal.verdict = static_cast<Verdict>(4);
  CHECK_THROWS_AS(record_of(as_bytes({{goal}, 0, ""})), Unreadable);
}

}  // namespace
}  // namespace bulkhead::refine
