#include "refine/lockstep.hpp"

#include <functional>
#include <map>

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

/// Stands between engine and hardware for one call.
class Tamper final : public hw::Interposer<C> {
 public:
  using Hardware = hw::Hardware<C>;
  using Change = std::function<void(hw::Effect<C>&, Hardware&)>;
  Tamper(Pair& pair, Change change) : hardware_(pair.engine().hardware), change_(std::move(change)) {
    hardware_.interpose(this);
  }
  ~Tamper() override { hardware_.interpose(nullptr); }
  void on_effect(hw::Effect<C>& effect, Hardware& hardware) override { change_(effect, hardware); }

 private:
  Hardware& hardware_;
  Change change_;
};

/// The divergence of a call whose effects are changed.
std::string tampered(Pair& pair, Call call, const Words& words, const Tamper::Change& change) {
  const Tamper tamper(pair, change);
  return pair.divergence(call, words);
}

/// Leaves out the effects of a kind, or the TLBI that it is.
Tamper::Change without(hw::EffectKind kind) {
  return [kind](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    if (effect.kind != kind) { hardware.carry_out(effect); }
  };
}
Tamper::Change without(hw::Tlbi op) {
  return [op](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    if (effect.kind != hw::EffectKind::tlbi || effect.tlbi != op) { hardware.carry_out(effect); }
  };
}

/// Issues one TLBI for another.
Tamper::Change instead(const std::map<hw::Tlbi, hw::Tlbi>& ops) {
  return [ops](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    const auto other = effect.kind == hw::EffectKind::tlbi ? ops.find(effect.tlbi) : ops.end();
    if (other != ops.end()) { effect.tlbi = other->second; }
    hardware.carry_out(effect);
  };
}

/// Carries an effect of the first kind out right after the first one of the second.
class Later {
 public:
  Later(hw::EffectKind what, hw::EffectKind until) : what_(what), until_(until) {}
  void operator()(hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    if (effect.kind == what_ && !held_) {
      held_ = effect;
      return;
    }
    hardware.carry_out(effect);
    if (effect.kind == until_ && held_ && !done_) {
      done_ = true;
      hardware.carry_out(*held_);
    }
  }

 private:
  hw::EffectKind what_;
  hw::EffectKind until_;
  std::optional<hw::Effect<C>> held_;
  bool done_ = false;
};

constexpr const char* stale_leaf = "CPU 1 may translate 0x2000 of compartment 1 to 0x40008000, which is overwritten";

TEST_CASE("a page that is zeroed while a TLB leads to it shows, whatever is wrong with its invalidation") {
  Pair pair;
  const auto unmap = [&pair](const Tamper::Change& change) {
    return tampered(pair, Call::page_unmap, {1, 0x2000}, change);
  };
  std::string text;
  SECTION("no TLBI") { text = unmap(without(hw::EffectKind::tlbi)); }
  SECTION("no DSB") { text = unmap(without(hw::EffectKind::dsb)); }
  SECTION("no DSB between the store and the TLBI") {
    bool dropped = false;
    text = unmap([&dropped](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
      const bool is_first = effect.kind == hw::EffectKind::dsb && !dropped;
      dropped = dropped || is_first;
      if (!is_first) { hardware.carry_out(effect); }
    });
  }
  SECTION("no IPAS2E1IS") { text = unmap(without(hw::Tlbi::ipas2e1is)); }
  SECTION("no VMALLE1IS") { text = unmap(without(hw::Tlbi::vmalle1is)); }
  SECTION("on this CPU alone") {
    text = unmap(instead({{hw::Tlbi::ipas2e1is, hw::Tlbi::ipas2e1}, {hw::Tlbi::vmalle1is, hw::Tlbi::vmalle1}}));
  }
  SECTION("before the store") { text = unmap(Later(hw::EffectKind::store, hw::EffectKind::clean)); }
  SECTION("of the host's VMID") { text = unmap(without(hw::EffectKind::msr)); }
  SECTION("at a DSB for stores alone") {
    text = unmap([](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
      if (effect.kind == hw::EffectKind::dsb) { effect.barrier = hw::Barrier::ishst; }
      hardware.carry_out(effect);
    });
  }
  SECTION("of the next page") {
    text = unmap([](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
      if (effect.kind == hw::EffectKind::tlbi) { effect.value = effect.value + Word<C>(1); }
      hardware.carry_out(effect);
    });
  }
  CHECK_THAT(text, Contains("page_unmap: at effect ") && Contains(" (fill 0x40008000): ") && Contains(stale_leaf));
}

TEST_CASE("a table that is zeroed while a TLB points to it shows") {
  Pair pair;
  pair.must(Call::table_create, {1, 0x200000, 3, pa(10)});
  std::string text;
  SECTION("only the last level is invalidated") {
    text = tampered(pair, Call::table_destroy, {1, 0x200000, 3},
                    instead({{hw::Tlbi::vmalls12e1is, hw::Tlbi::ipas2le1is}}));
  }
  SECTION("on this CPU alone") {
    text = tampered(pair, Call::table_destroy, {1, 0x200000, 3},
                    instead({{hw::Tlbi::vmalls12e1is, hw::Tlbi::vmalls12e1}}));
  }
  SECTION("before it is unlinked") {
    text = tampered(pair, Call::table_destroy, {1, 0x200000, 3}, Later(hw::EffectKind::store, hw::EffectKind::clean));
  }
  CHECK_THAT(text,
             Contains("table_destroy: at effect ") &&
                 Contains(" (fill 0x4000a000): CPU 1 may walk on from 0x4000a000, as the level-3 table for 0x200000 of "
                          "compartment 1, which is overwritten"));
}

TEST_CASE("a pointer to a table that is left when the call is over shows") {
  Pair pair;
  pair.must(Call::table_create, {1, 0x200000, 3, pa(10)});
  pair.engine().hardware.observe(nullptr);
  CHECK(
      pair.divergence(Call::table_destroy, {1, 0x200000, 3}) ==
      "a TLB may still walk on from 0x4000a000 as the level-3 table for 0x200000 of compartment 1, the spec has none");
  CHECK_THAT(pair.lockstep.compare_everything()->text, Contains("a TLB may still walk on from 0x4000a000"));
}

TEST_CASE("a page that is found before its content is there shows") {
  Pair pair;
  pair.lockstep.store(Cpu<C>(0), CompartmentId<C>(0), Ipa<C>(pa(20) + 8 * 257), Word<C>(5));
  const auto copy_by_stores = [source = std::optional<hw::Effect<C>>()](hw::Effect<C>& effect,
                                                                        Tamper::Hardware& hardware) mutable {
    if (effect.kind == hw::EffectKind::copy) {
      source = effect;
      return;
    }
    hardware.carry_out(effect);
    if (effect.kind != hw::EffectKind::store) { return; }
    for (uint64_t i = 0; i < entries_per_table; ++i) {
      const Word<C> word = hardware.memory().load(source->source, Index<C>(i));
      hw::Effect<C> store{.kind = hw::EffectKind::store, .frame = source->frame, .index = Index<C>(i), .value = word};
      hardware.carry_out(store);
    }
  };
  CHECK_THAT(tampered(pair, Call::page_load, {1, 0x1000, pa(9), pa(20)}, copy_by_stores),
             Contains("page_load: between effect ") && Contains(" (store 0x40003000) and effect ") &&
                 Contains(": CPU 1 reads and writes 0x1810 of compartment 1, which already leads to frame 0x40009000, "
                          "and finds 0x0, where "
                          "the spec has 0x"));
}

TEST_CASE("a page that leads elsewhere for a moment shows") {
  Pair pair;
  const auto detour = [](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    if (effect.kind == hw::EffectKind::store) {
      hw::Effect<C> elsewhere = effect;
      elsewhere.value = effect.value ^ Word<C>(pa(9) ^ pa(10));
      hardware.carry_out(elsewhere);
    }
    hardware.carry_out(effect);
  };
  CHECK_THAT(tampered(pair, Call::page_map, {1, 0x1000, pa(9)}, detour),
             Contains("page_map: between effect ") &&
                 Contains(" (store 0x40003000): CPU 1 reads and writes 0x1808 of compartment 1, which leads to frame "
                          "0x4000a000, which is allowed neither before nor after"));
}

TEST_CASE("a page that is zeroed word by word while it is in use shows") {
  Pair pair;
  bool zeroed = false;
  const auto zero_first = [&](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    if (effect.kind == hw::EffectKind::fill) { return; }
    hardware.carry_out(effect);
    if (effect.kind != hw::EffectKind::store || zeroed) { return; }
    zeroed = true;
    for (uint64_t i = 0; i < entries_per_table; ++i) {
      hw::Effect<C> store{.kind = hw::EffectKind::store, .frame = frame_at(pa(8)), .index = Index<C>(i)};
      hardware.carry_out(store);
    }
  };
  CHECK_THAT(tampered(pair, Call::page_unmap, {1, 0x2000}, zero_first),
             Contains("page_unmap: between effect ") && Contains(" (store 0x40008000) and effect ") &&
                 Contains(": CPU 1 reads and writes 0x2808 of compartment 1, which still leads to frame 0x40008000, "
                          "and finds 0x0, where "
                          "the spec has 0x"));
}

TEST_CASE("tables of another VMID shows at once") {
  Pair pair;
  const auto wrong = [](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
    const bool is_compartment = effect.kind == hw::EffectKind::msr && (raw(effect.value) >> 48) == 1;
    if (is_compartment) { effect.value = effect.value + Word<C>(uint64_t{1} << 48); }
    hardware.carry_out(effect);
  };
  CHECK_THAT(tampered(pair, Call::page_unmap, {1, 0x2000}, wrong),
             Contains("page_unmap: between effect ") && Contains(" (msr) and effect ") &&
                 Contains("CPU 0 may translate with VTTBR_EL2 0x2000040000000, which are not the tables of "
                          "compartment 2"));
}

/// The words of a frame that host and compartments see.
std::vector<uint64_t> words_at(const Pair& pair, uint64_t pa) {
  const auto& words = pair.lockstep.engine().hardware.memory().words(frame_at(pa));
  return {words.begin(), words.end()};
}

TEST_CASE("what others store during a call is put back when it is over") {
  Pair pair;
  const auto source = words_at(pair, pa(20));
  unsigned changed = 0;
  {
    const Tamper watch(pair, [&](hw::Effect<C>& effect, Tamper::Hardware& hardware) {
      hardware.carry_out(effect);
      if (effect.kind == hw::EffectKind::copy && words_at(pair, pa(9)) != source) { ++changed; }
    });
    pair.must(Call::page_load, {1, 0x1000, pa(9), pa(20)});
  }
  CHECK(changed == 1);
  CHECK(words_at(pair, pa(20)) == source);
  CHECK(words_at(pair, pa(9)) == source);
  pair.must(Call::shared_map, {1, shared, pa(20), 1});
  pair.must(Call::shared_unmap, {1, shared});
  CHECK(words_at(pair, pa(20)) == source);
  CHECK(!pair.lockstep.compare_everything());
}

}  // namespace
}  // namespace bulkhead::refine
