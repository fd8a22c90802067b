#include "hw/effect_judge.hpp"

#include <random>
#include <set>

#include "tests/catch.hpp"

namespace bulkhead::hw {
namespace {

using C = Concrete;

// 4 KiB, 48-bit IPAs from level 0, 16-bit VMIDs.
constexpr uint64_t vtcr = 1U << 31U | 1U << 19U | 5U << 16U | 0b11U << 12U | 0b10U << 6U | 16U;
constexpr uint64_t ha_hd = uint64_t{0b11} << 21U;
constexpr uint64_t page_rw = 0x7FF;
constexpr uint64_t page_ro = 0x77F;
constexpr uint64_t root_1 = 0x10;  ///< frames; each stage-2 has four tables in a row
constexpr uint64_t root_2 = 0x20;
constexpr uint64_t host = 0x30;
constexpr uint64_t page = 0x100;

/// Tells effects to a judge that knows nothing before, up to the first that breaks a rule.
class Machine {
 public:
  explicit Machine(const JudgeSetting& setting = {.vtcr = vtcr}) : setting_(setting), judge_(setting) {}
  /// Another machine, told the same.
  Machine(const Machine& other) : Machine(other.setting_) {
    for (const Recorded& told : other.told_) { on(told.cpu).tell(told.effect); }
  }
  Machine& operator=(const Machine&) = delete;

  /// The rule that is broken by now.
  std::string broken() const { return broken_ ? std::string(broken_->rule) : ""; }
  std::string place() const { return broken_ ? broken_->place : ""; }

  Machine& on(uint64_t cpu) {
    cpu_ = cpu;
    return *this;
  }
  Machine& store(uint64_t frame, uint64_t index, uint64_t word) {
    return tell(
        {.kind = EffectKind::store, .frame = Frame<C>(frame), .index = Index<C>(index), .value = Word<C>(word)});
  }
  Machine& load(uint64_t frame, uint64_t index, uint64_t word) {
    return tell({.kind = EffectKind::load, .frame = Frame<C>(frame), .index = Index<C>(index), .value = Word<C>(word)});
  }
  Machine& fill(uint64_t frame) { return tell({.kind = EffectKind::fill, .frame = Frame<C>(frame)}); }
  Machine& copy(uint64_t frame, uint64_t from) {
    return tell({.kind = EffectKind::copy, .frame = Frame<C>(frame), .source = Frame<C>(from)});
  }
  Machine& clean(uint64_t frame) { return tell({.kind = EffectKind::clean, .frame = Frame<C>(frame)}); }
  Machine& dsb(Barrier barrier = Barrier::ish) { return tell({.kind = EffectKind::dsb, .barrier = barrier}); }
  Machine& isb() { return tell({.kind = EffectKind::isb}); }
  Machine& tlbi(Tlbi op, uint64_t operand = 0) {
    return tell({.kind = EffectKind::tlbi, .tlbi = op, .value = Word<C>(operand)});
  }
  Machine& msr(Register reg, uint64_t value) {
    return tell({.kind = EffectKind::msr, .reg = reg, .value = Word<C>(value)});
  }
  Machine& lock() { return tell({.kind = EffectKind::lock}); }
  Machine& unlock() { return tell({.kind = EffectKind::unlock}); }
  Machine& eret() { return tell({.kind = EffectKind::eret}); }

  /// The guest lets the host reach the frame. A copy of the machine is not told.
  Machine& share(uint64_t vmid, uint64_t frame) {
    judge_.share(vmid, frame);
    return *this;
  }

  /// Names the stage-2 of a VMID with the root.
  Machine& name(uint64_t vmid, uint64_t root) {
    return msr(Register::vttbr_el2, vmid << 48U | root << page_shift).isb();
  }
  /// Four empty tables, linked for the first 2 MiB.
  Machine& tables(uint64_t root) {
    for (uint64_t n = 0; n < 4; ++n) { fill(root + n); }
    dsb();
    for (uint64_t n = 0; n < 3; ++n) { store(root + n, 0, (root + n + 1) << page_shift | 0b11); }
    return dsb();
  }
  /// Maps a frame at a page of the first 2 MiB, and waits.
  Machine& map(uint64_t root, uint64_t at, uint64_t frame, uint64_t attributes = page_rw) {
    return store(root + 3, at, frame << page_shift | attributes).dsb();
  }
  /// Takes it away, in all steps.
  Machine& unmap(uint64_t root, uint64_t at) {
    return store(root + 3, at, 0).dsb().tlbi(Tlbi::ipas2e1is, at).dsb().tlbi(Tlbi::vmalle1is).dsb().isb();
  }

 private:
  Machine& tell(const Effect<C>& effect) {
    told_.push_back({.cpu = cpu_, .effect = effect});
    if (!broken_) { broken_ = judge_.judge(told_.back()); }
    return *this;
  }

  JudgeSetting setting_;
  std::vector<Recorded> told_;
  EffectJudge judge_;
  uint64_t cpu_ = 0;
  Verdict broken_;
};

/// A machine with two guests that have tables and nothing mapped; VTTBR_EL2 names the first.
Machine two_guests() {
  Machine m;
  m.tables(root_1).tables(root_2).name(2, root_2).name(1, root_1);
  return m;
}

/// The same with a host that had one page, which it lost.
Machine with_host() {
  Machine m;
  m.tables(root_1).tables(root_2).tables(host).store(host + 3, page, page << page_shift | page_rw).dsb();
  m.name(2, root_2).name(1, root_1).name(0, host).unmap(host, page).clean(page).dsb();
  return m;
}

TEST_CASE("a page comes and goes, and comes again") {
  Machine m = two_guests();
  m.map(root_1, 0, page).unmap(root_1, 0).fill(page).clean(page).dsb().map(root_1, 1, page).eret();
  CHECK(m.broken().empty());
}

TEST_CASE("a valid entry may not become another one, but for its rights") {
  CHECK(two_guests().map(root_1, 0, page).map(root_1, 0, page + 1).broken() == "break_before_make");
  CHECK(two_guests().map(root_1, 0, page).map(root_1, 0, page, 0x7DF).broken() == "break_before_make");
  CHECK(two_guests().map(root_1, 0, page).map(root_1, 0, page).eret().broken().empty());
  CHECK(two_guests().map(root_1, 0, page, page_ro).map(root_1, 0, page).eret().broken().empty());
}

TEST_CASE("rights that are taken are gone when TLBs have forgotten them") {
  Machine m = two_guests();
  m.map(root_1, 0, page).map(root_1, 0, page, page_ro);
  CHECK(Machine(m).eret().broken() == "invalidated");
  constexpr uint64_t never_executed = uint64_t{0b10} << 53U;
  CHECK(two_guests().map(root_1, 0, page, page_rw | never_executed).map(root_1, 0, page).eret().broken().empty());
  CHECK(two_guests().map(root_1, 0, page).map(root_1, 0, page, page_rw | never_executed).eret().broken() ==
        "invalidated");
  CHECK(Machine(m).tlbi(Tlbi::ipas2e1is, 0).dsb().tlbi(Tlbi::vmalle1is).dsb().eret().broken().empty());
  CHECK(Machine(m).name(2, root_2).map(root_2, 0, page, page_ro).broken() == "revoked");
}

TEST_CASE("what is done on another CPU does not help") {
  Machine m = two_guests();
  m.on(1).name(1, root_1).on(0).map(root_1, 0, page).store(root_1 + 3, 0, 0);
  CHECK(Machine(m).on(1).dsb().tlbi(Tlbi::vmalls12e1is).dsb().on(0).eret().broken() == "invalidated");
  CHECK(Machine(m).dsb().tlbi(Tlbi::vmalls12e1is).on(1).dsb().on(0).eret().broken() == "invalidated");
  CHECK(
      Machine(m).dsb().on(1).tlbi(Tlbi::vmalle1is).dsb().on(0).tlbi(Tlbi::vmalls12e1is).dsb().eret().broken().empty());
}

TEST_CASE("a call ends with the last lock, or where there are none with the exception return") {
  Machine m = two_guests();
  m.lock().lock().store(root_1 + 3, 0, page << page_shift | page_rw).unlock();
  CHECK(m.broken().empty());
  CHECK(Machine(m).eret().broken().empty());
  CHECK(Machine(m).unlock().broken() == "published");
  CHECK(two_guests().store(root_1 + 3, 0, page << page_shift | page_rw).eret().broken() == "published");
}

TEST_CASE("what is written is cleaned before it is mapped, unless stage 2 forces Write-Back") {
  CHECK(two_guests().fill(page).dsb().map(root_1, 0, page).broken() == "cleaned");
  CHECK(two_guests().msr(Register::hcr_el2, uint64_t{1} << 46U).fill(page).dsb().map(root_1, 0, page).broken().empty());
  CHECK(two_guests().map(root_1, 0, page).store(page, 0, 1).dsb().eret().broken() == "cleaned");
}

TEST_CASE("what someone could write who reaches a page no more is cleaned after that, where another one does") {
  const auto shared = [](uint64_t rights = page_rw) {
    Machine m;
    m.tables(root_1).tables(host).name(1, root_1).name(0, host).map(root_1, 0, page).map(host, page, page, rights);
    return m;
  };
  CHECK(shared().unmap(host, page).eret().broken() == "cleaned");
  CHECK(shared().unmap(host, page).clean(page).dsb().eret().broken().empty());
  CHECK(shared().unmap(host, page).clean(page).eret().broken() == "cleaned");
  CHECK(shared().clean(page).dsb().unmap(host, page).eret().broken() == "cleaned");
  CHECK(shared().unmap(host, page).clean(page + 1).dsb().eret().broken() == "cleaned");
  CHECK(shared().unmap(host, page).map(host, page, page).eret().broken().empty());
  CHECK(shared(page_ro).unmap(host, page).eret().broken().empty());
  CHECK(shared().msr(Register::hcr_el2, uint64_t{1} << 46U).unmap(host, page).eret().broken().empty());
  CHECK(shared().name(1, root_1).map(root_1, 1, page).unmap(root_1, 0).eret().broken().empty());
  // Nobody else reaches it until it is mapped again.
  Machine alone = two_guests();
  alone.map(root_1, 0, page).map(root_2, 0, page, page_ro).name(2, root_2).unmap(root_2, 0).name(1, root_1);
  alone.unmap(root_1, 0).eret();
  CHECK(alone.broken().empty());
  CHECK(Machine(alone).map(root_1, 5, page).eret().broken().empty());
  CHECK(Machine(alone).name(2, root_2).map(root_2, 0, page).broken() == "cleaned");
  CHECK(Machine(alone).clean(page).dsb().name(2, root_2).map(root_2, 0, page).broken().empty());
}

TEST_CASE("a table is taken away by its IPA only if nothing hangs below it") {
  Machine m = two_guests();
  const auto by_ipa = [](Machine from, Tlbi op) {
    return from.store(root_1 + 2, 0, 0).dsb().tlbi(op, 0).dsb().tlbi(Tlbi::vmalle1is).dsb().eret().broken();
  };
  CHECK(by_ipa(m, Tlbi::ipas2e1is).empty());
  CHECK(by_ipa(m, Tlbi::ipas2le1is) == "invalidated");
  CHECK(by_ipa(Machine(m).map(root_1, 0, page), Tlbi::ipas2e1is) == "invalidated");
  m.map(root_1, 0, page).store(root_1 + 2, 0, 0).dsb();
  CHECK(Machine(m).fill(page).broken() == "out_of_reach");
  CHECK(Machine(m).tlbi(Tlbi::vmalls12e1is).dsb().fill(page).eret().broken().empty());
}

TEST_CASE("a frame that TLBs may still lead to is not used for anything else") {
  Machine m = two_guests();
  m.map(root_1, 0, page).store(root_1 + 3, 0, 0).dsb();
  CHECK(Machine(m).fill(page).broken() == "out_of_reach");
  CHECK(Machine(m).copy(page, 0x500).broken() == "out_of_reach");
  CHECK(Machine(m).store(page, 0, 1).broken() == "revoked");
  CHECK(Machine(m).name(2, root_2).store(root_2 + 3, 0, page << page_shift | page_rw).broken() == "revoked");
  CHECK(Machine(m).name(2, root_2).store(root_2 + 2, 1, page << page_shift | 0b11).broken() == "revoked");
  CHECK(Machine(m).name(3, page).broken() == "revoked");
}

TEST_CASE("two guests do not both write a frame; that both read it, or host and guest do, is their own") {
  CHECK(two_guests().map(root_1, 0, page).map(root_2, 5, page).broken() == "one_writer");
  CHECK(two_guests().map(root_1, 0, page, page_ro).map(root_2, 5, page).eret().broken().empty());
  CHECK(with_host().map(root_1, 0, page).map(host, page, page).eret().broken().empty());
}

TEST_CASE("a block and a page of it are the same memory") {
  const uint64_t block = uint64_t{0x400} << page_shift | 0x7FD;
  CHECK(two_guests().store(root_1 + 2, 1, block).dsb().map(root_2, 0, 0x433).broken() == "one_writer");
  CHECK(two_guests().map(root_2, 0, 0x433).store(root_1 + 2, 1, block).broken() == "one_writer");
  CHECK(two_guests().map(root_2, 0, 0x600).store(root_1 + 2, 1, block).dsb().eret().broken().empty());
  CHECK(two_guests().store(root_1 + 2, 1, uint64_t{0} << page_shift | 0x7FD).broken() == "table_hidden");
}

TEST_CASE("tables are reached by no one") {
  CHECK(two_guests().map(root_1, 0, root_2 + 1).broken() == "table_hidden");
  CHECK(two_guests().map(root_1, 0, page).name(3, page).broken() == "table_hidden");
  CHECK(two_guests().map(root_1, 0, page).store(root_2 + 2, 1, page << page_shift | 0b11).broken() == "table_hidden");
  CHECK(two_guests().store(root_2 + 2, 1, (root_1 + 3) << page_shift | 0b11).broken() == "table_shared");
}

TEST_CASE("private pages are not the host's too, where the setting says which are private") {
  Machine m({.vtcr = vtcr, .private_pages = 2});
  m.tables(root_1).tables(host).name(1, root_1).name(0, host);
  CHECK(Machine(m).map(root_1, 0, page).map(host, page, page).broken() == "host_excluded");
  CHECK(Machine(m).map(host, page, page).map(root_1, 1, page).broken() == "host_excluded");
  CHECK(Machine(m).map(host, page, page).map(root_1, 2, page).eret().broken().empty());
}

TEST_CASE("a guest may let the host reach a private page of its own, until the host's entry is gone") {
  Machine m({.vtcr = vtcr, .private_pages = 2});
  m.tables(root_1).tables(root_2).tables(host).name(2, root_2).name(1, root_1).name(0, host).map(root_1, 0, page);
  CHECK(Machine(m).share(1, page).map(host, page, page).eret().broken().empty());
  CHECK(Machine(m).share(2, page).map(host, page, page).broken() == "host_excluded");
  CHECK(Machine(m).share(1, page + 1).map(host, page, page).broken() == "host_excluded");
  Machine again(m);
  again.share(1, page).map(host, page, page).unmap(host, page).clean(page).dsb().eret();
  CHECK(again.broken().empty());
  CHECK(again.map(host, page, page).broken() == "host_excluded");
  // Nor does it outlast the guest's own entry.
  Machine anew(m);
  anew.share(1, page).name(1, root_1).unmap(root_1, 0).map(root_1, 1, page).name(0, host);
  CHECK(anew.broken().empty());
  CHECK(anew.map(host, page, page).broken() == "host_excluded");
  // What one guest shares is not another's to share.
  Machine other(m);
  other.share(1, page).map(host, page, page).name(1, root_1).unmap(root_1, 0).name(0, host);
  CHECK(other.map(root_2, 0, page).broken() == "host_excluded");
}

TEST_CASE("what a guest had alone is overwritten before it is anyone else's") {
  Machine m = with_host();
  m.map(root_1, 0, page).name(1, root_1).unmap(root_1, 0);
  CHECK(Machine(m).map(root_2, 0, page).broken() == "scrubbed");
  CHECK(Machine(m).map(host, page, page).broken() == "scrubbed");
  CHECK(Machine(m).store(root_2 + 2, 1, page << page_shift | 0b11).broken() == "scrubbed");
  CHECK(Machine(m).map(root_1, 1, page).eret().broken().empty());
  CHECK(Machine(m).copy(page, 0x500).clean(page).dsb().map(root_2, 0, page).eret().broken().empty());
  for (uint64_t i = 0; i < 511; ++i) { m.store(page, i, 0); }
  CHECK(Machine(m).clean(page).dsb().map(root_2, 0, page).broken() == "scrubbed");
  CHECK(Machine(m).store(page, 511, 0).clean(page).dsb().map(root_2, 0, page).broken().empty());
}

TEST_CASE("what is shared with the host for a while is the guest's alone after it") {
  Machine m = with_host();
  m.map(root_1, 0, page).map(host, page, page).name(0, host).unmap(host, page).name(1, root_1).unmap(root_1, 0);
  CHECK(m.broken().empty());
  CHECK(m.map(root_2, 0, page).broken() == "scrubbed");
}

TEST_CASE("a VMID gets another stage-2 only when it is clean") {
  CHECK(two_guests().name(1, root_2).broken() == "vmid_reused");
  CHECK(two_guests().tlbi(Tlbi::vmalls12e1is).dsb().name(1, root_2).broken().empty());
  CHECK(two_guests().tlbi(Tlbi::vmalls12e1).dsb().name(1, root_2).broken() == "vmid_reused");
  CHECK(two_guests().tlbi(Tlbi::alle1is).dsb().name(1, root_2).name(2, root_1).eret().broken().empty());
  CHECK(two_guests().tlbi(Tlbi::vmalls12e1is).dsb().eret().name(1, root_2).broken() == "vmid_reused");
}

TEST_CASE("with 8-bit VMIDs the upper byte does not count") {
  Machine m({.vtcr = vtcr & ~uint64_t{1U << 19U}});
  CHECK(m.tables(root_1).tables(root_2).name(1, root_1).name(0x101, root_2).broken() == "vmid_reused");
}

TEST_CASE("a root is overwritten only when its VMID is clean") {
  CHECK(two_guests().fill(root_1).broken() == "vmid_clean");
  CHECK(two_guests().tlbi(Tlbi::vmalls12e1is).dsb().fill(root_1).broken().empty());
  CHECK(two_guests().fill(root_1 + 1).broken() == "out_of_reach");
}

TEST_CASE("VTTBR_EL2 is followed by an ISB and stays until invalidations are complete") {
  CHECK(two_guests().msr(Register::vttbr_el2, 0).msr(Register::vttbr_el2, 0).broken() == "synchronised");
  CHECK(two_guests().msr(Register::vttbr_el2, 0).tlbi(Tlbi::alle1is).broken() == "synchronised");
  CHECK(two_guests().tlbi(Tlbi::alle1is).msr(Register::vttbr_el2, 0).broken() == "stage2");
  CHECK(two_guests().lock().msr(Register::vttbr_el2, 0).unlock().broken() == "synchronised");
  CHECK(two_guests().msr(Register::vttbr_el2, 0).eret().msr(Register::vttbr_el2, 0).broken().empty());
}

TEST_CASE("what nobody else writes holds what was stored") {
  CHECK(two_guests().load(root_1 + 3, 0, 1).broken() == "memory");
  CHECK(two_guests().store(page, 0, 1).load(page, 0, 2).broken().empty());
  CHECK(with_host().store(page, 0, 1).load(page, 0, 2).broken() == "memory");
  CHECK(with_host().store(page, 0, 1).clean(page).dsb().map(root_1, 0, page).load(page, 0, 2).broken().empty());
}

TEST_CASE("hardware may set the access flag and the dirty state, where VTCR_EL2 lets it") {
  const uint64_t aged = (page << page_shift | page_rw) & ~uint64_t{1U << 10U};
  for (const bool sets : {false, true}) {
    Machine m({.vtcr = sets ? vtcr | ha_hd : vtcr});
    m.tables(root_1).name(1, root_1).store(root_1 + 3, 0, aged).dsb();
    CHECK(m.load(root_1 + 3, 0, page << page_shift | page_rw).broken() == (sets ? "" : "memory"));
  }
}

TEST_CASE("tables are learned by loads too") {
  Machine m;
  m.tables(root_2).name(1, root_1).name(2, root_2).map(root_2, 0, page);
  CHECK(Machine(m).load(root_1, 0, (root_2 + 1) << page_shift | 0b11).broken() == "table_shared");
  m.load(root_1, 0, 0x71003).load(0x71, 0, 0x72003).load(0x72, 0, 0x73003);
  CHECK(m.broken().empty());
  CHECK(Machine(m).load(0x73, 0, page << page_shift | page_rw).broken() == "one_writer");
  CHECK(Machine(m).load(0x73, 0, page << page_shift | page_ro).broken().empty());
}

TEST_CASE("an entry that is not known may have been valid") {
  Machine m;
  m.name(1, root_1).load(root_1, 0, 0x71003).load(0x71, 0, 0x72003).load(0x72, 0, 0x73003);
  CHECK(Machine(m).store(0x73, 0, 0).eret().broken() == "invalidated");
  CHECK(Machine(m).store(0x73, 0, page << page_shift | page_rw).dsb().eret().broken().empty());
}

TEST_CASE("initial tables stand side by side, or take part of a frame") {
  // 40-bit IPAs from level 1: two tables.
  Machine wide({.vtcr = 1U << 31U | 2U << 16U | 0b01U << 6U | 24U});
  wide.fill(0x10).fill(0x11).dsb().name(1, 0x10).store(0x11, 1, 0x80000000 | 0x7FD).store(0x12, 0, 0x7FD).dsb();
  CHECK(Machine(wide).store(0x11, 1, 0xC0000000 | 0x7FD).broken() == "break_before_make");
  CHECK(wide.place().empty());
  CHECK(wide.store(0x12, 0, 0x40000000 | 0x7FD).eret().broken().empty());
  // 34-bit IPAs from level 1: 16 entries.
  Machine narrow({.vtcr = 1U << 31U | 2U << 16U | 0b01U << 6U | 30U});
  narrow.msr(Register::vttbr_el2, 0x10080).isb().store(0x10, 15, 0x7FD).store(0x10, 16, 0x80000000 | 0x7FD).dsb();
  CHECK(Machine(narrow).store(0x10, 15, 0xC0000000 | 0x7FD).eret().broken().empty());
  narrow.store(0x10, 16, 0xC0000000 | 0x7FD);
  CHECK(narrow.broken() == "break_before_make");
  CHECK(narrow.place() == "entry 0x10080 (level 1) for IPA 0x0 of VMID 0");
}

TEST_CASE("a table that leads to itself does no harm") {
  Machine m = two_guests();
  m.store(root_1 + 1, 1, (root_1 + 1) << page_shift | 0b11).dsb().store(root_1, 0, 0).dsb();
  CHECK(m.tlbi(Tlbi::vmalls12e1is).dsb().eret().broken().empty());
}

/// An effect on one of a few frames, with words that lead to some of them.
Recorded arbitrary(std::mt19937_64& random) {
  const auto frame = [&random] { return Frame<C>(16 + random() % 8); };
  constexpr std::array<uint64_t, 6> attributes = {0b11, page_rw, page_ro, 0x7FD, 0, 0b11};
  const uint64_t word = raw(frame()) << page_shift | attributes[random() % attributes.size()];
  Effect<C> effect{.kind = static_cast<EffectKind>(random() % effect_names.size()),
                   .barrier = static_cast<Barrier>(random() % barrier_names.size()),
                   .tlbi = static_cast<Tlbi>(random() % tlbi_names.size()),
                   .frame = frame(),
                   .index = Index<C>(random() % 3),
                   .value = Word<C>(word),
                   .source = frame()};
  if (effect.kind == EffectKind::msr) { effect.value = Word<C>((random() % 3) << 48U | raw(frame()) << page_shift); }
  if (effect.kind == EffectKind::tlbi) { effect.value = Word<C>(random() % 3); }
  if (random() % 2 == 0 && effect.kind != EffectKind::msr) { effect.kind = EffectKind::store; }
  return {.cpu = random() % 2, .effect = effect};
}

TEST_CASE("whatever is recorded, a judge goes on to the first effect that breaks a rule") {
  std::mt19937_64 random(1);
  std::set<std::string_view> broken;
  uint64_t judged = 0;
  for (int i = 0; i < 20000; ++i) {
    EffectJudge judge({.vtcr = vtcr, .vttbr = 16 << page_shift, .private_pages = 1});
    for (Verdict verdict; !verdict; ++judged) {
      verdict = judge.judge(arbitrary(random));
      if (verdict) { broken.insert(verdict->rule); }
    }
  }
  CHECK(judged > 100000);
  CHECK(broken.size() >= 10);
}

}  // namespace
}  // namespace bulkhead::hw
