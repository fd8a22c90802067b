#include "cli/run_builder.hpp"

#include <algorithm>
#include <map>

#include "cli/judge.hpp"
#include "tests/catch.hpp"

namespace bulkhead::cli {
namespace {

constexpr uint64_t many_steps = 10000;
constexpr unsigned turns = 20000;  ///< enough for a run, and for some of the rarer turns after it

struct Built {
  std::vector<trace::CallEvent> calls;  ///< as they were judged
  std::optional<Run> run;
};

/// What a builder makes of a machine on which nobody else does anything.
Built build(RunBuilder& builder, uint64_t steps) {
  LockstepJudge judge{MachineDescription{}};
  Built built;
  builder.begin_machine(steps);
  for (unsigned turn = 0; turn < turns; ++turn) {
    const auto call = builder.next(judge.spec());
    if (!call) { continue; }
    const Ruling ruling = judge.rule(*call);
    REQUIRE(!ruling.disagreement);
    built.calls.push_back(std::get<trace::CallEvent>(ruling.expected));
  }
  if (builder.built() != nullptr) { built.run = *builder.built(); }
  return built;
}

unsigned successes(const Built& built, Call call) {
  return static_cast<unsigned>(std::count_if(built.calls.begin(), built.calls.end(), [call](const auto& event) {
    return event.call == call && event.result.status == Status::ok;
  }));
}

TEST_CASE("runs of both halves are built, folded and split, again and again") {
  RunBuilder builder(1, MachineDescription{});
  std::map<bool, unsigned> folded;
  for (unsigned machine = 0; machine < 12; ++machine) {
    const Built built = build(builder, many_steps);
    if (!built.run) { continue; }
    const bool is_aligned = built.run->pa % (entries_per_table << page_shift) == 0;
    CHECK((successes(built, Call::block_fold) > 100) == is_aligned);
    CHECK((successes(built, Call::block_split) > 100) == is_aligned);
    CHECK(successes(built, built.run->is_shared ? Call::shared_map : Call::page_map) == entries_per_table);
    folded[built.run->is_shared] += is_aligned ? 1 : 0;
  }
  CHECK(folded[false] > 0);
  CHECK(folded[true] > 0);
}

TEST_CASE("in few steps only runs of the shared half are built") {
  RunBuilder builder(2, MachineDescription{});
  unsigned runs = 0;
  for (unsigned machine = 0; machine < 20; ++machine) {
    const Built built = build(builder, 1000);
    CHECK((!built.run || built.run->is_shared));
    runs += built.run ? 1 : 0;
  }
  CHECK(runs > 0);
  CHECK(runs < 20);
}

TEST_CASE("the same seed builds the same") {
  const auto calls_of = [](uint64_t seed) {
    RunBuilder builder(seed, MachineDescription{});
    std::vector<trace::CallEvent> calls;
    for (unsigned machine = 0; machine < 4; ++machine) {
      const Built built = build(builder, many_steps);
      calls.insert(calls.end(), built.calls.begin(), built.calls.end());
    }
    return calls;
  };
  CHECK(calls_of(5) == calls_of(5));
}

TEST_CASE("a builder whose call is refused leaves the machine alone") {
  RunBuilder builder(1, MachineDescription{});
  LockstepJudge judge{MachineDescription{}};
  std::optional<trace::CallEvent> call;
  while (!call) {
    builder.begin_machine(many_steps);
    call = builder.next(judge.spec());
  }
  // The frame that it asks for becomes spare and then somebody else's root.
  REQUIRE(call->call == Call::frame_donate);
  judge.rule(*call);
  trace::CallEvent create{.call = Call::compartment_create, .arguments = {}};
  create.arguments.words = {Word<Concrete>(1), call->arguments.words[0], Word<Concrete>(1)};
  judge.rule(create);
  unsigned made = 0;
  for (unsigned turn = 0; turn < 1000; ++turn) {
    if (const auto next = builder.next(judge.spec())) {
      ++made;
      judge.rule(*next);
    }
  }
  CHECK(made == 1);
  CHECK(builder.built() == nullptr);
}

}  // namespace
}  // namespace bulkhead::cli
