#include "refine/lockstep.hpp"

#include "tests/catch.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;
using Words = std::vector<uint64_t>;
using Catch::Matchers::Contains;

constexpr uint64_t pa(uint64_t n) { return 0x40000000 + (n << page_shift); }
constexpr uint64_t shared = uint64_t{1} << 47;

/// A lockstep whose calls succeed without divergence until something is planted in the engine.
class Pair {
 public:
  Pair()
      : lockstep(MachineDescription{},
                 [](Frame<C> f, Index<C> i) { return Word<C>(raw(address_of(f)) | raw(i) << 3); }) {
    for (uint64_t n = 0; n < 12; ++n) { must(Call::frame_donate, {pa(n)}); }
    must(Call::compartment_create, {1, pa(0), 2});
    for (uint64_t level = 1; level <= 3; ++level) {
      must(Call::table_create, {1, 0, level, pa(level)});
      must(Call::table_create, {1, shared, level, pa(3 + level)});
    }
    must(Call::ipa_prepare, {1, 0x1000});
    must(Call::ipa_prepare, {1, 0x2000});
    must(Call::page_map, {1, 0x2000, pa(8)});
  }

  Answers call(Call call, const Words& words, uint64_t caller = 0, uint64_t cpu = 0) {
    Arguments<C> arguments;
    arguments.caller = CompartmentId<C>(caller);
    for (size_t i = 0; i < words.size(); ++i) { arguments.words.at(i) = Word<C>(words[i]); }
    return lockstep.call(Cpu<C>(cpu), call, arguments);
  }
  void must(Call call, const Words& words) {
    const Answers answers = this->call(call, words);
    INFO(name_of(call));
    REQUIRE(!answers.divergence);
    REQUIRE(answers.engine.status == Status::ok);
  }
  /// The text of the divergence that the call shows; empty if none.
  std::string divergence(Call call, const Words& words) {
    const Answers answers = this->call(call, words);
    return answers.divergence ? answers.divergence->text : "";
  }
  /// The engine, to plant a fault in.
  ConcreteEngine& engine() { return const_cast<ConcreteEngine&>(lockstep.engine()); }

  Lockstep lockstep;
};

Frame<C> frame_at(uint64_t pa) { return frame_of(Pa<C>(pa)); }

TEST_CASE("engine and spec agree through the life of a compartment") {
  Pair pair;
  pair.must(Call::page_load, {1, 0x1000, pa(9), pa(20)});
  pair.must(Call::shared_map, {1, shared, pa(21), 1});
  pair.must(Call::compartment_activate, {1});
  CHECK(!pair.lockstep.compare_everything());
  pair.must(Call::shared_unmap, {1, shared});
  pair.must(Call::page_unmap, {1, 0x1000});
  pair.must(Call::compartment_stop, {1});
  pair.must(Call::page_unmap, {1, 0x2000});
  for (const uint64_t level : {3, 2, 1}) {
    pair.must(Call::table_destroy, {1, 0, level});
    pair.must(Call::table_destroy, {1, shared, level});
  }
  pair.must(Call::compartment_destroy, {1});
  for (uint64_t n = 0; n < 12; ++n) { pair.must(Call::frame_reclaim, {pa(n)}); }
  CHECK(!pair.lockstep.compare_everything());
}

TEST_CASE("a refused call gives the status of both and no divergence") {
  Pair pair;
  const Answers answers = pair.call(Call::page_map, {1, 0x2000, pa(9)});
  CHECK(answers.engine.status == Status::in_use);
  CHECK(answers.spec.status == Status::in_use);
  CHECK(!answers.divergence);
  CHECK(pair.call(Call::page_map, {1, 0x1000, pa(9)}, 1).engine.status == Status::denied);
}

TEST_CASE("loads and stores go where the stage 2 of who makes them leads") {
  Pair pair;
  const CompartmentId<C> host(0);
  const CompartmentId<C> one(1);
  const auto value = [&pair](CompartmentId<C> id, uint64_t ipa) {
    const Loaded loaded = pair.lockstep.load(Cpu<C>(1), id, Ipa<C>(ipa));
    CHECK(!loaded.divergence);
    return loaded.value ? std::optional<uint64_t>(raw(*loaded.value)) : std::nullopt;
  };
  const auto store = [&pair](CompartmentId<C> id, uint64_t ipa, uint64_t word) {
    CHECK(!pair.lockstep.store(Cpu<C>(1), id, Ipa<C>(ipa), Word<C>(word)));
  };
  CHECK(value(host, pa(20) + 8) == pa(20) + 8);
  CHECK(value(host, pa(8)) == std::nullopt);
  CHECK(value(one, 0x2000) == 0);
  CHECK(value(one, 0x1000) == std::nullopt);
  store(one, 0x2010, 5);
  CHECK(value(one, 0x2010) == 5);
  store(host, pa(8) + 16, 6);
  CHECK(value(one, 0x2010) == 5);
  pair.must(Call::shared_map, {1, shared, pa(20), 0});
  store(one, shared + 8, 7);
  CHECK(value(one, shared + 8) == pa(20) + 8);
  store(host, pa(20) + 8, 9);
  CHECK(value(one, shared + 8) == 9);
  CHECK(value(host, uint64_t{1} << 48) == std::nullopt);
  pair.must(Call::page_unmap, {1, 0x2000});
  CHECK(!pair.lockstep.compare_everything());
}

TEST_CASE("a wrong state of a frame shows at the next call that names it") {
  Pair pair;
  pair.engine().frames.state.set(frame_at(pa(9)), FrameState::data);
  CHECK(pair.divergence(Call::page_map, {1, 0x1000, pa(9)}) == "page_map: the engine answers bad_state, the spec ok");
}

TEST_CASE("a wrong owner shows") {
  Pair pair;
  pair.engine().frames.owner.set(frame_at(pa(8)), CompartmentId<C>(2));
  CHECK(pair.divergence(Call::frame_reclaim, {pa(8)}) ==
        "frame 0x40008000: the engine has data of compartment 2, the spec has data of compartment 1");
  CHECK(pair.lockstep.compare_everything().has_value());
}

TEST_CASE("an entry that hardware reads otherwise shows") {
  Pair pair;
  Word<C> entry = pair.engine().hardware.memory().load(frame_at(pa(3)), Index<C>(2));
  pair.engine().hardware.memory().store(frame_at(pa(3)), Index<C>(2), entry & Word<C>(~uint64_t{1 << 7}));
  CHECK_THAT(pair.divergence(Call::page_map, {1, 0x2000, pa(9)}), Contains("0x40008000 r-"));
  CHECK(pair.lockstep.load(Cpu<C>(0), CompartmentId<C>(1), Ipa<C>(0x2000)).divergence.has_value());
  CHECK(pair.lockstep.store(Cpu<C>(0), CompartmentId<C>(1), Ipa<C>(0x2000), Word<C>(0)).has_value());
}

TEST_CASE("a spare frame that is not zero shows") {
  Pair pair;
  pair.engine().hardware.memory().store(frame_at(pa(9)), Index<C>(511), Word<C>(1));
  CHECK(pair.divergence(Call::page_map, {1, 0x1000, pa(9)}) ==
        "frame 0x40009000 (data of compartment 1) holds other words than the spec says");
}

TEST_CASE("a frame of the host that the host cannot reach shows") {
  Pair pair;
  pair.must(Call::frame_reclaim, {pa(11)});
  pair.engine().hardware.memory().store(frame_at(0x7FE00000), Index<C>(11), Word<C>(0));
  CHECK(pair.divergence(Call::frame_reclaim, {pa(11)}) ==
        "the host at ipa 0x4000b000: the engine has nothing, the spec has 0x4000b000 rw");
}

TEST_CASE("a TLB invalidation that no TLB hears of shows") {
  Pair pair;
  pair.engine().hardware.observe(nullptr);
  CHECK(pair.divergence(Call::page_unmap, {1, 0x2000}) ==
        "a TLB may still translate 0x2000 of compartment 1 to 0x40008000 writable, the spec has nothing");
  CHECK_THAT(pair.divergence(Call::frame_donate, {pa(20)}),
             Contains("a TLB may still translate 0x40014000 of the host"));
}

TEST_CASE("a belief that is false shows") {
  Pair pair;
  pair.engine().frames.state.set(frame_at(pa(8)), FrameState::host);
  CHECK_THAT(pair.divergence(Call::page_unmap, {1, 0x2000}), Contains("page_unmap: the engine believes that"));
}

TEST_CASE("another stage 2 than the host's at the end of a call shows") {
  Pair pair;
  pair.engine().hardware.run_on(Cpu<C>(2));
  pair.engine().hardware.msr_vttbr(Word<C>(0x1000040000000));
  const Answers answers = pair.call(Call::version, {}, 0, 2);
  REQUIRE(answers.divergence);
  CHECK(answers.divergence->text == "version: VTTBR_EL2 does not name the host's stage 2 afterwards");
}

/// Counts effects.
class Counter final : public hw::Observer<C> {
 public:
  void on_effect(const hw::Effect<C>&, const hw::Hardware<C>&) override { ++count; }
  unsigned count = 0;
};

TEST_CASE("a further observer sees each effect") {
  Pair pair;
  Counter counter;
  pair.lockstep.observe(&counter);
  pair.must(Call::version, {});
  CHECK(counter.count == 4);
}

}  // namespace
}  // namespace bulkhead::refine
