#include <fmt/format.h>

#include <map>

#include "impl/dispatch.hpp"
#include "refine/abstraction.hpp"
#include "refine/constants.hpp"
#include "refine/run.hpp"
#include "tests/catch.hpp"
#include "tests/refine/legal.hpp"
#include "tests/refine/random_calls.hpp"
#include "tests/runs.hpp"

/// Random calls on random legal states, in both domains: the concrete engine, and the symbolic one on the
/// constants that the concrete one holds.
namespace bulkhead::refine {
namespace {

using C = Concrete;
using S = Symbolic;

template <class D, class Tag>
uint64_t bits_of(Value<D, Tag> value) {
  if constexpr (std::is_same_v<D, C>) {
    return raw(value);
  } else {
    REQUIRE(value.bits().is_constant());
    return value.bits().constant();
  }
}

/// A field that reads a concrete one.
template <class V, class K>
SymMap<Value<S, V>, Value<S, K>> reading(const ConcreteMap<Value<C, V>, Value<C, K>>& map) {
  return SymMap<Value<S, V>, Value<S, K>>([&map](Value<S, K> key) { return constant(map.get(concrete(key))); });
}

template <class V>
SymMap<Value<S, V>, CompartmentId<S>, VcpuIndex<S>> reading(
    const ConcreteMap<Value<C, V>, CompartmentId<C>, VcpuIndex<C>>& map) {
  return SymMap<Value<S, V>, CompartmentId<S>, VcpuIndex<S>>(
      [&map](CompartmentId<S> id, VcpuIndex<S> index) { return constant(map.get(concrete(id), concrete(index))); });
}

/// The engine's state as constants, as long as it does not change.
impl::Engine<S> constants_of(const ConcreteEngine& e) {
  SymMemory memory([&e](Frame<S> frame, Index<S> index) {
    return constant(e.hardware.memory().load(concrete(frame), concrete(index)));
  });
  SymMap<Word<S>, Cpu<S>> vttbr([&e](Cpu<S> cpu) { return constant(e.hardware.vttbr(concrete(cpu))); });
  return {
      {std::move(memory), std::move(vttbr)},
      {reading(e.platform.ram), reading(e.platform.reserved), reading(e.platform.engine_device)},
      {reading(e.frames.state), reading(e.frames.owner), reading(e.frames.parent_table), reading(e.frames.parent_index),
       reading(e.frames.level), reading(e.frames.base)},
      {reading(e.compartments.state), reading(e.compartments.root), reading(e.compartments.vcpus)},
      {reading(e.vcpus.state), reading(e.vcpus.frame)},
      constant(e.host_root),
  };
}

/// One page under each entry of each table that is not zero, and one under the first that is.
std::shared_ptr<const std::vector<uint64_t>> samples_of(const ConcreteEngine& e) {
  auto pages = std::make_shared<std::vector<uint64_t>>();
  for (const uint64_t frame : RandomCalls::frames()) {
    const Frame<C> f(frame);
    const FrameState state = enumerator(e.frames.state.get(f));
    if (state != FrameState::root && state != FrameState::table) { continue; }
    const auto level = static_cast<unsigned>(raw(e.frames.level.get(f)));
    bool zero_seen = false;
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      const bool zero = raw(e.hardware.memory().load(f, Index<C>(index))) == 0;
      if (!zero || !zero_seen) {
        pages->push_back((raw(e.frames.base.get(f)) + (index << span_shift(level))) & low_mask(36));
      }
      zero_seen |= zero;
    }
  }
  return pages;
}

/// All that an engine says of the frames, compartments and CPUs in use, as numbers.
template <class D>
std::vector<uint64_t> records_of(const impl::Engine<D>& e) {
  std::vector<uint64_t> records;
  for (const uint64_t frame : RandomCalls::frames()) {
    const Frame<D> f(frame);
    for (const uint64_t record :
         {bits_of(e.frames.state.get(f)), bits_of(e.frames.owner.get(f)), bits_of(e.frames.parent_table.get(f)),
          bits_of(e.frames.parent_index.get(f)), bits_of(e.frames.level.get(f)), bits_of(e.frames.base.get(f))}) {
      records.push_back(record);
    }
  }
  for (const uint64_t id : RandomCalls::compartments) {
    const CompartmentId<D> c(id);
    records.push_back(bits_of(e.compartments.state.get(c)));
    records.push_back(bits_of(e.compartments.root.get(c)));
    records.push_back(bits_of(e.compartments.vcpus.get(c)));
    for (uint64_t index = 0; index < RandomCalls::vcpus; ++index) {
      records.push_back(bits_of(e.vcpus.state.get(c, VcpuIndex<D>(index))));
      records.push_back(bits_of(e.vcpus.frame.get(c, VcpuIndex<D>(index))));
    }
  }
  for (uint64_t cpu = 0; cpu < 4; ++cpu) { records.push_back(bits_of(e.hardware.vttbr(Cpu<D>(cpu)))); }
  records.push_back(bits_of(e.hardware.cpu()));
  return records;
}

template <class D>
std::vector<uint64_t> words_of(const impl::Engine<D>& e, const std::set<uint64_t>& frames) {
  std::vector<uint64_t> words;
  for (const uint64_t frame : frames) {
    for (uint64_t i = 0; i < entries_per_table; ++i) {
      words.push_back(bits_of(e.hardware.memory().load(Frame<D>(frame), Index<D>(i))));
    }
  }
  return words;
}

/// Frames that effects wrote.
template <class D>
std::set<uint64_t> frames_written(const Recorder<D>& recorder) {
  std::set<uint64_t> frames;
  for (const hw::Effect<D>& effect : recorder.effects()) {
    const bool writes = effect.kind == hw::EffectKind::store || effect.kind == hw::EffectKind::fill ||
                        effect.kind == hw::EffectKind::copy;
    if (writes) { frames.insert(bits_of(effect.frame)); }
  }
  return frames;
}

template <class D>
std::vector<std::array<uint64_t, 9>> effects_of(const Recorder<D>& recorder) {
  std::vector<std::array<uint64_t, 9>> effects;
  for (const hw::Effect<D>& e : recorder.effects()) {
    effects.push_back({static_cast<uint64_t>(e.kind), static_cast<uint64_t>(e.barrier), static_cast<uint64_t>(e.tlbi),
                       static_cast<uint64_t>(e.reg), bits_of(e.frame), bits_of(e.index), bits_of(e.value),
                       bits_of(e.source), e.step});
  }
  return effects;
}

template <class D>
uint64_t output_of(const Result<D>& result) {
  return result.status == Status::ok ? bits_of(result.outputs[0]) : 0;
}

/// What one run of a call came to, as numbers.
struct Outcome {
  Status status;
  uint64_t output;
  std::vector<std::array<uint64_t, 9>> effects;
  std::set<uint64_t> written;
  std::vector<uint64_t> records;
  std::vector<uint64_t> words;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class D>
Outcome outcome_of(const impl::Engine<D>& after, const Result<D>& result, const Recorder<D>& recorder) {
  const std::set<uint64_t> written = frames_written(recorder);
  return {result.status, output_of(result), effects_of(recorder), written, records_of(after), words_of(after, written)};
}

/// The call in the symbolic domain, on constants: the engine, and the spec on what the engine's state means.
struct SymbolicRun {
  Outcome engine;
  Status spec_status;
  uint64_t spec_output;
};
SymbolicRun run_on_constants(const ConcreteEngine& engine, const RandomCalls::Deed& deed) {
  const Arguments<S> arguments = constant(deed.arguments);
  const impl::Engine<S> before = constants_of(engine);
  impl::Engine<S> after = before;
  Recorder<S> recorder;
  after.hardware.observe(&recorder);
  const Result<S> result = impl::dispatch(after, constant(deed.cpu), deed.call, arguments);
  spec::State<S> state = abstract(before, nullptr, samples_of(engine));
  const Result<S> expected = spec::step(state, deed.call, arguments);
  return {outcome_of(after, result, recorder), expected.status, output_of(expected)};
}

/// Every invariant at all frames, entries, compartments and CPUs in use, and at random places.
std::set<std::string_view> violated_anywhere(const ConcreteEngine& engine, const HostTables<C>& host, Dice& dice) {
  Judge judge(engine, host);
  for (const uint64_t frame : RandomCalls::frames()) {
    judge.frame(frame);
    judge.entries(frame);
  }
  for (unsigned i = 0; i < 20; ++i) {
    const uint64_t ram = 0x40000 + dice.below(0x40000);
    judge.frame(ram);
    judge.entry(ram, dice.below(entries_per_table));
    judge.frame(dice.word());
    judge.compartment(dice.word());
    judge.cpu(dice.word());
  }
  for (const uint64_t id : RandomCalls::compartments) {
    judge.compartment(id);
    for (uint64_t index = 0; index < RandomCalls::vcpus; ++index) { judge.vcpu(id, index); }
  }
  for (uint64_t cpu = 0; cpu < 4; ++cpu) { judge.cpu(cpu); }
  return judge.violated();
}

/// The same at what a call wrote and named.
std::set<std::string_view> violated_nearby(const ConcreteEngine& engine, const HostTables<C>& host,
                                           const RandomCalls::Deed& deed, const Recorder<C>& recorder) {
  Judge judge(engine, host);
  for (const uint64_t frame : RandomCalls::frames()) { judge.frame(frame); }
  for (const auto& effect : recorder.effects()) {
    if (effect.kind == hw::EffectKind::store) { judge.entry(raw(effect.frame), raw(effect.index)); }
    if (effect.kind == hw::EffectKind::fill || effect.kind == hw::EffectKind::copy) {
      judge.entries(raw(effect.frame));
    }
  }
  for (const uint64_t id : RandomCalls::compartments) {
    judge.compartment(id);
    for (uint64_t index = 0; index < RandomCalls::vcpus; ++index) { judge.vcpu(id, index); }
  }
  judge.cpu(raw(deed.cpu));
  return judge.violated();
}

std::string text_of(const RandomCalls::Deed& deed) {
  std::string text = fmt::format("{} by {} on cpu {}:", name_of(deed.call), raw(deed.arguments.caller), raw(deed.cpu));
  for (const Word<C> word : deed.arguments.words) { text += fmt::format(" {:#x}", raw(word)); }
  return text;
}

/// Engine and spec in lockstep, each call also in the symbolic domain.
class Agreement {
 public:
  /// Makes the call: both domains must agree, and the state must be legal at what it wrote and named.
  Status call(const RandomCalls::Deed& deed) {
    const SymbolicRun symbolic = run_on_constants(lockstep.engine(), deed);
    Recorder<C> recorder;
    lockstep.observe(&recorder);
    const Answers answers = lockstep.call(deed.cpu, deed.call, deed.arguments);
    lockstep.observe(nullptr);
    INFO((answers.divergence ? answers.divergence->text : ""));
    REQUIRE(!answers.divergence);
    REQUIRE(symbolic.engine == outcome_of(lockstep.engine(), answers.engine, recorder));
    REQUIRE(symbolic.spec_status == answers.spec.status);
    REQUIRE(symbolic.spec_output == output_of(answers.spec));
    REQUIRE(violated_nearby(lockstep.engine(), host, deed, recorder) == std::set<std::string_view>());
    return answers.engine.status;
  }
  void check_everything(Dice& dice) {
    REQUIRE(violated_anywhere(lockstep.engine(), host, dice) == std::set<std::string_view>());
  }

  const MachineDescription machine;
  const HostTables<C> host = host_tables_of(machine);
  Lockstep lockstep{machine, [](Frame<C> f, Index<C> i) { return Word<C>(raw(address_of(f)) | raw(i) << 3); }};
};

bool needs_run(Call call) { return call == Call::block_fold || call == Call::block_split; }

TEST_CASE("both domains agree on 25,000 random calls on random legal states, and every state is legal") {
  constexpr unsigned runs = 25;
  constexpr unsigned calls_a_run = 1'000;
  std::map<Call, unsigned> successes;
  for (unsigned run = 0; run < runs; ++run) {
    Agreement agreement;
    RandomCalls random(run);
    Dice dice(run);
    for (unsigned i = 0; i < calls_a_run; ++i) {
      const RandomCalls::Deed deed = random.next(agreement.lockstep.spec());
      INFO("run " << run << ", call " << i << ": " << text_of(deed));
      const Status status = agreement.call(deed);
      if (i % 50 == 0) { agreement.check_everything(dice); }
      if (status == Status::ok) { ++successes[deed.call]; }
    }
    agreement.check_everything(dice);
  }
  for (const CallRow& row : calls) {
    INFO(row.name << ": " << successes[row.call]);
    CHECK((needs_run(row.call) || successes[row.call] >= 5));
  }
}

/// A compartment with a run of pages in each half. Tables lie in frames that random calls name too.
class RunAgreement : public Agreement {
 public:
  static constexpr uint64_t shared = uint64_t{1} << 47;
  static uint64_t pa(uint64_t n) { return (0x40000 + 77 * n) << page_shift; }

  RunAgreement() {
    for (uint64_t n = 0; n < 10; ++n) { must(Call::frame_donate, {pa(n)}); }
    must(Call::compartment_create, {1, pa(0), 1});
    for (uint64_t level = 1; level <= leaf_level; ++level) {
      must(Call::table_create, {1, 0, level, pa(level)});
      must(Call::table_create, {1, shared, level, pa(leaf_level + level)});
    }
    test::map_run(*this, 1, 0, 0x50000000);
    test::share_run(*this, 1, shared, 0x60000000, 0);
  }
  static RandomCalls::Deed deed(Call call, const std::vector<uint64_t>& words) {
    RandomCalls::Deed deed{Cpu<C>(1), call, {}};
    for (size_t i = 0; i < words.size(); ++i) { deed.arguments.words.at(i) = Word<C>(words[i]); }
    return deed;
  }
  void must(Call call, const std::vector<uint64_t>& words) {
    const RandomCalls::Deed made = deed(call, words);
    const Answers answers = lockstep.call(made.cpu, made.call, made.arguments);
    INFO(text_of(made));
    REQUIRE(!answers.divergence);
    REQUIRE(answers.engine.status == Status::ok);
  }
  void expect(Status status, Call call, const std::vector<uint64_t>& words) {
    const RandomCalls::Deed made = deed(call, words);
    INFO(text_of(made));
    CHECK(name_of(this->call(made)) == name_of(status));
  }
};

TEST_CASE("both domains agree on runs that are folded and blocks that are split, and every state is legal") {
  constexpr uint64_t shared = RunAgreement::shared;
  RunAgreement agreement;
  Dice dice(1);
  const uint64_t run_frame = 0x50000000;
  for (const uint64_t ipa : {uint64_t{0}, shared}) {
    const uint64_t spare = RunAgreement::pa(ipa == 0 ? 8 : 9);
    agreement.expect(Status::bad_state, Call::block_fold, {1, ipa, 2});
    agreement.expect(Status::in_use, Call::block_split, {1, ipa, 3, spare});
    agreement.expect(Status::ok, Call::block_fold, {1, ipa, 3});
    agreement.expect(Status::no_table, Call::block_fold, {1, ipa, 3});
    agreement.expect(Status::bad_state, Call::block_fold, {1, ipa, 2});
    agreement.expect(Status::in_use, Call::table_create, {1, ipa, 3, spare});
    agreement.expect(Status::bad_state, Call::block_split, {1, ipa, 3, run_frame});
    agreement.expect(Status::not_mapped, Call::block_split, {1, ipa + test::run_size, 3, spare});
    agreement.check_everything(dice);
    agreement.expect(Status::ok, Call::block_split, {1, ipa, 3, spare});
    agreement.check_everything(dice);
  }
  agreement.expect(Status::ok, Call::page_unmap, {1, 0x3000});
  agreement.expect(Status::bad_state, Call::block_fold, {1, 0, 3});
  agreement.expect(Status::ok, Call::block_fold, {1, shared, 3});
  agreement.expect(Status::ok, Call::compartment_stop, {1});
  agreement.expect(Status::bad_state, Call::block_fold, {1, 0, 3});
  agreement.expect(Status::ok, Call::block_split, {1, shared, 3, RunAgreement::pa(6)});
  agreement.check_everything(dice);
}

}  // namespace
}  // namespace bulkhead::refine
