#include "refine/goal_record.hpp"

#include <limits>

#include "refine/message.hpp"
#include "tests/catch.hpp"

/// What a worker says of goals arrives as it was said, or not at all.
namespace bulkhead::refine {
namespace {

/// A record of which every field has a value of its own, text with a zero byte and a line end among them.
GoalRecord full_record() {
  Counterexample counterexample;
  counterexample.call = "page_map";
  counterexample.arguments = {{"cid", "1"}, {"ipa", "0x4000"}};
  counterexample.status = "ok";
  counterexample.path = {{"impl/page_map.cpp", 24, true}, {"impl/page_map.cpp", 31, false}};
  counterexample.point = {{"frame", "0x40081000"}};
  counterexample.touched = {{"frame 1", "before", "after"}, {"", "", ""}};
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
  Obligation fault = refuted;
  fault.verdict = Verdict::fault;
  fault.counterexample.clear();
  return {{refuted, Obligation(), fault}, 17, "nonvacuity"};
}

void check_same(const Counterexample& a, const Counterexample& b) {
  CHECK(a.call == b.call);
  CHECK(a.arguments == b.arguments);
  CHECK(a.status == b.status);
  CHECK(a.point == b.point);
  REQUIRE(a.path.size() == b.path.size());
  for (size_t i = 0; i < a.path.size(); ++i) {
    CHECK(a.path[i].file == b.path[i].file);
    CHECK(a.path[i].line == b.path[i].line);
    CHECK(a.path[i].taken == b.path[i].taken);
  }
  REQUIRE(a.touched.size() == b.touched.size());
  for (size_t i = 0; i < a.touched.size(); ++i) {
    CHECK(a.touched[i].place == b.touched[i].place);
    CHECK(a.touched[i].before == b.touched[i].before);
    CHECK(a.touched[i].after == b.touched[i].after);
  }
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
