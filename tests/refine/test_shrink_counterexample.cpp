#include "refine/shrink_counterexample.hpp"

#include <algorithm>
#include <sstream>

#include "model/trace_reader.hpp"
#include "refine/boot_trace.hpp"
#include "refine/explain.hpp"
#include "refine/renaming.hpp"
#include "refine/snapshot.hpp"
#include "tests/catch.hpp"
#include "tests/refine/random_calls.hpp"

/// Counterexamples are tried again, made smaller and reached from boot.
namespace bulkhead::refine {
namespace {

using C = Concrete;
using S = Symbolic;

constexpr uint64_t pa(uint64_t n) { return 0x40000000 + (n * 77 << page_shift); }

/// A machine with three compartments of which the second has a page; the TLB invalidation of `page_unmap` is missing.
struct MissingTlbi {
  Lockstep machine{MachineDescription{}};
  trace::CallEvent unmap;
  CallFault fault;
  Counterexample counterexample;

  MissingTlbi() {
    for (uint64_t id = 3; id <= 5; ++id) { build(id, 8 * id); }
    must(Call::frame_donate, {pa(90)});
    unmap.call = Call::page_unmap;
    unmap.arguments.words = {Word<C>(4), Word<C>(0x80000000)};
    fault.of_handler = Mutation{first_tlbi(), Operator::drop};
    const auto run = rehearse(machine, unmap, fault);
    const auto failure = failure_of(*run, [](const std::string& theorem) { return theorem == "maintenance"; });
    REQUIRE(failure);
    counterexample =
        explain(*run, obligation_named("maintenance/page_unmap/ok.1/" + failure->conjunct, "says"), failure->point);
  }

 private:
  void build(uint64_t id, uint64_t first) {
    for (uint64_t i = 0; i < 5; ++i) { must(Call::frame_donate, {pa(first + i)}); }
    must(Call::compartment_create, {id, pa(first), 2});
    for (uint64_t level = 1; level <= 3; ++level) {
      const uint64_t spans = low_mask(page_shift + span_shift(static_cast<unsigned>(level) - 1));
      must(Call::table_create, {id, 0x80000000 & ~spans, level, pa(first + level)});
    }
    must(Call::ipa_prepare, {id, 0x80000000});
    must(Call::ipa_prepare, {id, 0x80003000});
    must(Call::page_map, {id, 0x80000000, pa(first + 4)});
  }
  void must(Call call, const std::vector<uint64_t>& words) {
    Arguments<C> arguments;
    for (size_t i = 0; i < words.size(); ++i) { arguments.words.at(i) = Word<C>(words[i]); }
    const Answers answers = machine.call(Cpu<C>(0), call, arguments);
    CAPTURE(name_of(call));
    REQUIRE_FALSE(answers.divergence);
    REQUIRE(answers.spec.status == Status::ok);
  }
  size_t first_tlbi() const {
    Mutator watching;
    Recorder<S> recorder;
    rehearse(machine, unmap)->run(&watching, recorder);
    const auto& events = watching.events();
    const auto found =
        std::find_if(events.begin(), events.end(), [](const Event& e) { return e.moment == Moment::tlbi; });
    REQUIRE(found != events.end());
    return static_cast<size_t>(found - events.begin());
  }
};

TEST_CASE("a counterexample stands with the fault and not without") {
  const MissingTlbi one;
  CHECK(recheck(one.counterexample, one.fault).stands());
  const Recheck right = recheck(one.counterexample);
  CHECK(right.legal);
  CHECK(right.same_on_engine);
  CHECK_FALSE(right.fails);
  CHECK(right.why == "the goal holds there");
}

TEST_CASE("a counterexample from a state that is not legal does not stand") {
  MissingTlbi one;
  one.counterexample.before.frames[0x40000 + 90 * 77].owner = 7;
  const Recheck bad = recheck(one.counterexample, one.fault);
  CHECK_FALSE(bad.legal);
  CHECK_FALSE(bad.stands());
  CHECK(bad.why ==
        "the state before is not legal: it is not so that spare, engine and device frames belong to no compartment");
}

TEST_CASE("shrinking leaves one compartment, its tables and the page, by small numbers") {
  const MissingTlbi one;
  const Counterexample small = shrink(one.counterexample, one.fault);
  CHECK(recheck(small, one.fault).stands());
  CHECK(small.made->arguments == std::vector<uint64_t>{1, 0});
  CHECK(small.before.compartments.size() == 1);
  REQUIRE(small.before.frames.size() == 5);
  CHECK(small.before.frames.begin()->first == 0x40000);
  CHECK(small.before.frames.rbegin()->first == 0x40004);
  CHECK(small.before.words.size() == 4);
  CHECK(small.made->path == one.counterexample.made->path);
  CHECK(small.made->engine.status == Status::ok);
  CHECK(small.made->engine.outputs == std::vector<uint64_t>{0x40004000});
  CHECK(shrink(small, one.fault).before == small.before);
}

/// The calls of a trace.
std::vector<trace::CallEvent> calls_of(const std::string& text) {
  std::istringstream in(text);
  trace::Reader reader(in, "trace");
  std::vector<trace::CallEvent> calls;
  trace::Event event;
  while (reader.next(event)) { calls.push_back(std::get<trace::CallEvent>(event.what)); }
  return calls;
}

/// Whether the last call, after the others, breaks the theorem where the fault is.
bool breaks_at_the_end(const std::vector<trace::CallEvent>& calls, const CallFault& fault) {
  Lockstep machine{MachineDescription{}};
  for (size_t i = 0; i + 1 < calls.size(); ++i) { machine.call(calls[i].cpu, calls[i].call, calls[i].arguments); }
  const auto is_wanted = [](const std::string& theorem) { return theorem == "maintenance"; };
  return failure_of(*rehearse(machine, calls.back(), fault), is_wanted).has_value();
}

TEST_CASE("the trace from boot ends in the violation, and needs each of its calls") {
  const MissingTlbi one;
  const BootTrace trace = boot_trace(shrink(one.counterexample, one.fault), one.fault);
  CHECK(trace.why.empty());
  const auto calls = calls_of(trace.text);
  REQUIRE(calls.size() == 12);  // five frames, the compartment, three tables, a page prepared, mapped, and unmapped
  CHECK(calls.back().call == Call::page_unmap);
  CHECK(breaks_at_the_end(calls, one.fault));
  CHECK_FALSE(breaks_at_the_end(calls, {}));
  for (size_t i = 0; i + 1 < calls.size(); ++i) {
    CAPTURE(i);
    auto without = calls;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(breaks_at_the_end(without, one.fault));
  }
}

TEST_CASE("where the violation cannot be reached, that is said") {
  MissingTlbi one;
  one.counterexample.before.frames[1].state = FrameState::vcpu;
  const BootTrace trace = boot_trace(one.counterexample, one.fault);
  CHECK(trace.text.empty());
  CHECK(trace.why == "not shown reachable: a vCPU frame without its vCPU");
}

TEST_CASE("other names change nothing but the names") {
  const MissingTlbi one;
  Renaming frames;
  for (const auto& [frame, record] : one.counterexample.before.frames) { frames[frame] = frame + 0x10000; }
  const Renaming ids = {{3, 4}, {4, 3}};
  const Renaming indices = {{0, 511}, {3, 7}};
  auto renamed = with_compartments(with_frames(one.counterexample, frames), ids);
  renamed = with_indices(renamed, leaf_level, indices);
  CHECK(recheck(renamed, one.fault).stands());
  CHECK(renamed.made->arguments == std::vector<uint64_t>{3, 0x801FF000});
  Renaming back;
  for (const auto& [from, to] : frames) { back[to] = from; }
  renamed = with_indices(renamed, leaf_level, {{511, 0}, {7, 3}});
  renamed = with_compartments(with_frames(renamed, back), ids);
  CHECK((renamed.before == one.counterexample.before));
  CHECK(renamed.made->arguments == one.counterexample.made->arguments);
  CHECK((renamed.point == one.counterexample.point));
}

}  // namespace
}  // namespace bulkhead::refine
