#include <set>

#include "refine/query/rests.hpp"
#include "refine/query/search.hpp"
#include "spec/rules.hpp"
#include "tests/catch.hpp"

namespace bulkhead::refine::query {
namespace {

using Verdict = Finding::Verdict;

std::vector<Call> all_calls() {
  std::vector<Call> all;
  for (const CallRow& row : calls) { all.push_back(row.call); }
  return all;
}

Finding ask(const std::string& text, Options options = {}) {
  if (options.calls.empty()) { options.calls = all_calls(); }
  return find(read_expression(text), options);
}

Options of_call(Call call) { return {.calls = {call}, .limits = {}}; }

uint64_t value_of(const Witness& witness, const std::string& name) {
  for (const Bound& bound : witness.names) {
    if (bound.name == name) { return bound.value; }
  }
  FAIL("no such name");
  return 0;
}

TEST_CASE("Isolation: three impossibilities, each at once") {
  for (const char* text : {"state(f) == data and not shared(f) and owner(f) == a and can_read(b, f) and a != b",
                           "state(f) == data and can_read(a, f) and can_read(b, f) and a != b",
                           "state(f) == spare and content(f, i) != 0"}) {
    CAPTURE(text);
    const Finding finding = ask(text);
    CHECK(finding.verdict == Verdict::impossible);
    CHECK_FALSE(finding.rests_on.empty());
    CHECK(finding.witnesses.empty());
    CHECK(finding.rlimit < 1'000'000);  // of which the solver uses millions a second
  }
}

TEST_CASE("Two compartments can both have pages") {
  const Finding finding = ask("maps(a, p) and maps(b, q) and a != b");
  REQUIRE(finding.verdict == Verdict::found);
  const Witness& witness = finding.witnesses.front();
  CHECK(value_of(witness, "a") != value_of(witness, "b"));
  CHECK(witness.calls.empty());
  CHECK_FALSE(witness.story.before.frames.empty());
  CHECK_FALSE(witness.story.made);
}

TEST_CASE("There is a refused call for each failure condition, and one that is not refused") {
  for (const CallRow& row : calls) {
    const auto& refusals = spec::rule_of<Symbolic>(row.call).refusals;
    for (size_t i = 0; i <= refusals.size(); ++i) {
      CAPTURE(row.name, i);
      const Finding finding = ask("refusal == " + std::to_string(i), of_call(row.call));
      REQUIRE(finding.verdict == Verdict::found);
      const Made& made = finding.witnesses.front().calls.front();
      CHECK(made.call == row.call);
      CHECK(made.refusal == i);
      CHECK(made.status == (i == 0 ? Status::ok : refusals[i - 1].status));
    }
    const Finding beyond = ask("refusal > " + std::to_string(refusals.size()), of_call(row.call));
    CHECK(beyond.verdict == Verdict::impossible);
  }
}

/// Expressions that hold in no state or of no step, though each differs little from one that can.
TEST_CASE("What is impossible and what is not, side by side") {
  struct Pair {
    const char* impossible;
    const char* possible;
  };
  for (const Pair& pair : {
           Pair{"state(f) == data and not can_read(owner(f), f)", "state(f) == data and not can_read(a, f)"},
           Pair{"state(f) == data and can_read(host, f)", "state(f) == host and can_read(host, f)"},
           Pair{"shared(f) and not can_read(sharer(f), f)", "shared(f) and not can_write(sharer(f), f)"},
           Pair{"maps(a, p) and can_read(a, frame(a, p)) != true",
                "not maps(a, p) and can_read(a, frame(a, p)) == true"},
           Pair{"state(f) == data and (can_read(owner(f), f) == can_read(host, f))",
                "state(f) == host and (can_read(a, f) == can_read(host, f))"},
           Pair{"compartment(host) != free", "compartment(1) != free"},
           Pair{"ipa_state(a, p) == mapped and not maps(a, p)", "ipa_state(a, p) == ram and not maps(a, p)"},
           Pair{"root(a) == f and compartment(a) != free and state(f) != root", "root(a) == f and state(f) != root"},
           Pair{"p >= 0x800000000000 and maps(a, p) and state(frame(a, p)) == data",
                "p >= 0x800000000000 and maps(a, p) and state(frame(a, p)) == host"},
           Pair{"vcpus(a) > 512", "vcpus(a) == 512"},
           Pair{"power(a, v) == on and v >= vcpus(a)", "power(a, v) == on and v == 511"},
           Pair{"power(a, v) != none and compartment(a) == free", "power(a, v) != none and compartment(a) == stopping"},
           Pair{"power(a, v) != none and can_read(b, context(a, v))", "can_read(b, context(a, v))"},
           Pair{"power(a, v) != none and power(b, w) != none and context(a, v) == context(b, w) and (a != b or v != w)",
                "power(a, v) != none and power(b, w) != none and (a != b or v != w)"},
       }) {
    CAPTURE(pair.impossible, pair.possible);
    CHECK(ask(pair.impossible).verdict == Verdict::impossible);
    CHECK(ask(pair.possible).verdict == Verdict::found);
  }
}

TEST_CASE("Steps: what a call can do and what none can") {
  CHECK(ask("after.can_read(b, f) and before.owner(f) == a and a != b and a != host and b != host").verdict ==
        Verdict::impossible);
  const std::string shared = "before.state(f) == data and after.can_read(host, f)";
  CHECK(ask(shared + " and caller != before.owner(f)").verdict == Verdict::impossible);
  CHECK(ask(shared).witnesses.front().calls.front().call == Call::page_share);
  CHECK(ask("status != ok and before.state(f) != after.state(f)").verdict == Verdict::impossible);
  CHECK(ask("before.state(f) == data and after.state(f) == host").verdict == Verdict::impossible);
  const Finding finding = ask("before.state(f) == spare and after.state(f) == data and after.content(f, i) != 0");
  REQUIRE(finding.verdict == Verdict::found);
  CHECK(finding.witnesses.front().calls.front().call == Call::page_load);
  CHECK(finding.witnesses.front().story.made);
  CHECK(finding.witnesses.front().values.front().term == "before.state(f)");
  CHECK(finding.witnesses.front().values.front().value == "spare");
}

TEST_CASE("A frame goes from the host to a compartment in two calls, not in one") {
  const std::string text = "before.state(f) == host and after.state(f) == data";
  CHECK(ask(text).verdict == Verdict::impossible);
  Options two;
  two.calls = {Call::frame_donate, Call::page_map};
  two.steps = 2;
  const Finding finding = ask(text, two);
  REQUIRE(finding.verdict == Verdict::found);
  REQUIRE(finding.witnesses.front().calls.size() == 2);
  CHECK(finding.witnesses.front().calls[0].call == Call::frame_donate);
  CHECK(finding.witnesses.front().calls[1].call == Call::page_map);
}

TEST_CASE("A refused call has no output, whatever the call before it gave") {
  Options options = of_call(Call::page_unmap);
  options.steps = 2;
  CHECK(ask("status != ok and output != 0", options).verdict == Verdict::impossible);
  const Finding found = ask("output == 0 and status != ok and before.maps(c, p) and not after.maps(c, p)", options);
  REQUIRE(found.verdict == Verdict::found);
  CHECK(found.witnesses.front().calls.size() == 2);
}

TEST_CASE("A comparison with an argument that the call does not have is false") {
  CHECK(ask("src_pa == 0", of_call(Call::page_map)).verdict == Verdict::impossible);
  CHECK(ask("src_pa != 0", of_call(Call::page_map)).verdict == Verdict::impossible);
  CHECK(ask("not src_pa == 0", of_call(Call::page_map)).verdict == Verdict::found);
  CHECK(ask("before.shared(src_pa)", of_call(Call::page_map)).verdict == Verdict::impossible);
}

TEST_CASE("A number beside an address is a byte's address, all 64 bits of it") {
  CHECK(ask("pa == f and pa != 0x40001000 and f == 0x40001000 and status == ok", of_call(Call::frame_donate)).verdict ==
        Verdict::impossible);
  CHECK(ask("pa == f and pa == 0x40001234 and f == 0x40001000", of_call(Call::frame_donate)).verdict == Verdict::found);
  CHECK(ask("pa == f and pa > 0xffffffffffff", of_call(Call::frame_donate)).verdict == Verdict::impossible);
  CHECK(ask("cid == c and cid > 0xffff", of_call(Call::compartment_stop)).verdict == Verdict::impossible);
}

TEST_CASE("Witnesses differ in a name, a call or a status") {
  Options three;
  three.count = 3;
  const Finding frames = ask("state(f) == spare", three);
  REQUIRE(frames.witnesses.size() == 3);
  std::set<uint64_t> values;
  for (const Witness& witness : frames.witnesses) { values.insert(value_of(witness, "f")); }
  CHECK(values.size() == 3);
  const Finding refused = ask("status == no_such", three);
  std::set<Call> made;
  for (const Witness& witness : refused.witnesses) { made.insert(witness.calls.front().call); }
  CHECK(made.size() == 3);
  const Finding few = ask("content(f, i) == 0 and f == 0x5000 and i <= 1", three);
  CHECK(few.witnesses.size() == 2);
}

TEST_CASE("The engine's step is as the spec's") {
  Options engine = of_call(Call::page_map);
  engine.stepper = Stepper::engine;
  const Finding found = ask("status == ok and before.state(f) == spare and after.can_write(c, f) and cid == c", engine);
  REQUIRE(found.verdict == Verdict::found);
  CHECK(found.witnesses.front().calls.front().status == Status::ok);
  CHECK(ask("before.state(f) == spare and after.state(f) == data and after.content(f, i) != 0", engine).verdict ==
        Verdict::impossible);
  CHECK(ask("refusal == 8", engine).witnesses.front().calls.front().refusal == 8);
}

TEST_CASE("What a TLB may hold is asked of the moments of the engine's step") {
  const auto during = [](Call call, const std::string& text) {
    Options engine = of_call(call);
    engine.stepper = Stepper::engine;
    return ask(text, engine).verdict;
  };
  const std::string before = "during.can_translate(a, p, f) and before.state(f) == ";
  CHECK(during(Call::page_unmap, before + "spare") == Verdict::impossible);
  CHECK(during(Call::page_map, before + "spare") == Verdict::found);
  CHECK(during(Call::page_unmap, before + "data and after.state(f) == spare and a == cid") == Verdict::found);
  CHECK(during(Call::frame_donate, before + "host and a != host and before.sharer(f) == host") == Verdict::impossible);
}

TEST_CASE("What a TLB may hold is of the engine's effects alone") {
  CHECK_THROWS_AS(ask("during.can_translate(a, p, f)"), Error);
  CHECK_THROWS_AS(read_expression("after.can_translate(a, p, f)"), Error);
  CHECK_THROWS_AS(read_expression("can_translate(a, p, f)"), Error);
  CHECK_THROWS_AS(read_expression("during.can_read(a, f)"), Error);
}

TEST_CASE("What is not decided within the limits is unknown") {
  Options hurried;
  hurried.limits.rlimit = 1;
  const Finding finding = ask("maps(a, p) and maps(b, q) and a != b", hurried);
  CHECK(finding.verdict == Verdict::unknown);
  CHECK_FALSE(finding.undecided.empty());
  CHECK(finding.rests_on.empty());
  CHECK(ask("status == ok", {.calls = {}, .limits = hurried.limits}).verdict == Verdict::unknown);
}

TEST_CASE("From boot: a sequence of calls to a mapped page, which ends in what was asked for") {
  Options boot;
  boot.from_boot = true;
  const Finding finding = ask("maps(a, p)", boot);
  REQUIRE(finding.verdict == Verdict::found);
  const Witness& witness = finding.witnesses.front();
  CHECK(witness.trace.find("\"call\":\"compartment_create\"") != std::string::npos);
  const auto calls = [&witness](const char* name) { return witness.trace.find(name) != std::string::npos; };
  CHECK((calls("\"call\":\"page_map\"") || calls("\"call\":\"shared_map\"")));
  CHECK(witness.story.before.violations().empty());
  CHECK(ask("state(f) == data and can_read(host, f)", boot).verdict == Verdict::impossible);
  boot.calls = {Call::page_map};
  const Finding step = ask("status == not_mapped or refusal == 9", boot);
  REQUIRE(step.verdict == Verdict::found);
  CHECK(step.witnesses.front().trace.find("\"status\":\"in_use\"") != std::string::npos);
}

TEST_CASE("A state that is not shown reachable is no witness from boot") {
  Options boot;
  boot.from_boot = true;
  const std::string text = "compartment(a) == created and vcpus(a) == 512 and root(a) == f and state(f) == root";
  CHECK(ask(text, boot).verdict == Verdict::found);
  CHECK(ask("state(f) == vcpu and power(c, 1) == off and context(c, 1) == f", boot).verdict == Verdict::found);
  // A first vCPU is on from the beginning, and so far no call turns it off.
  CHECK(ask("power(c, 0) == off").verdict == Verdict::found);
  const Finding finding = ask("power(c, 0) == off", boot);
  CHECK(finding.verdict == Verdict::unknown);
  REQUIRE(finding.undecided.size() == 1);
  CHECK(finding.undecided.front().find("not shown reachable") != std::string::npos);
}

TEST_CASE("Nothing is impossible when nothing is asked") {
  CHECK(find(read_expression("status == ok"), {}).verdict == Verdict::unknown);
}

}  // namespace
}  // namespace bulkhead::refine::query
