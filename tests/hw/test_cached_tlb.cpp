#include <random>

#include "hw/cached.hpp"
#include "hw/entry_life.hpp"
#include "hw/tlb.hpp"
#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

/// The TLB entry that proofs follow (hw/cached.hpp) beside the TLB that runs fill (hw/tlb.hpp): the same effects in any
/// order leave both holding the same.
namespace bulkhead::hw::test {
namespace {

using C = Concrete;

const Cpu<C> issuer(0), elsewhere(1);
const Page<C> page(0), other_page(1);
constexpr uint64_t pa = 0x80000;

VttbrEl2<C> vttbr_of(uint64_t vmid) { return VttbrEl2<C>(vttbr_el2::VMID::of(vmid) | root); }

/// One page of VMID 5 in both, and random effects of one CPU.
class Pair {
 public:
  explicit Pair(uint64_t seed)
      : random_(seed),
        hardware_(ConcreteMemory([](auto, auto) { return Word<C>(0); }),
                  Hardware<C>::VttbrFile([](auto) { return Word<C>(0); })),
        tlb_(stage2_of(four_levels)) {
    hardware_.run_on(issuer);
    for (unsigned level = 0; level < leaf_level; ++level) {
      write(table_of_level[level], table_to(table_of_level[level + 1]));
    }
    write(table_of_level[leaf_level], page_to(pa));
    hardware_.dsb(Barrier::ish);
    hardware_.observe(&tlb_);
    touch();
  }

  void step() {
    switch (below(4)) {
      case 0:
        store(below(2) == 0);
        break;
      case 1:
      case 2:
        dsb(static_cast<Barrier>(below(barrier_names.size())));
        break;
      default:
        tlbi(static_cast<Tlbi>(below(tlbi_names.size())), below(4) != 0, below(4) != 0);
    }
    touch();
  }

  bool tlb_holds(Cpu<C> cpu) const { return !tlb_.cached(cpu, CompartmentId<C>(5), page).empty(); }
  bool entry_holds(Cpu<C> cpu) const { return static_cast<bool>((raw(cpu) == 0 ? here_ : there_).held()); }
  bool is_forgotten() const { return static_cast<bool>(life_.is(EntryPhase::unmapped)); }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  void write(uint64_t at, uint64_t word) {
    hardware_.store(Frame<C>(at >> page_shift), Index<C>(at >> 3), Word<C>(word));
  }
  void touch() {
    for (const Cpu<C> cpu : {issuer, elsewhere}) { tlb_.touch(cpu, vttbr_of(5), page, hardware_); }
  }
  void store(bool valid) {
    write(table_of_level[leaf_level], valid ? page_to(pa) : 0);
    here_.store(true, valid);
    there_.store(true, valid);
    life_.store(true, valid);
  }
  void dsb(Barrier barrier) {
    hardware_.dsb(barrier);
    here_.dsb(barrier);
    there_.dsb(barrier);
    life_.dsb(barrier);
  }
  void tlbi(Tlbi op, bool right_vmid, bool right_page) {
    hardware_.msr_vttbr(widen<Word<C>>(vttbr_of(right_vmid ? 5 : 6)));
    const Word<C> operand = widen<Word<C>>(right_page ? page : other_page);
    hardware_.tlbi(op, operand);
    const Reach reach = reach_of(op);
    const bool names = !reach.one_ipa || static_cast<bool>(names_entry<C>(operand, page, leaf_level));
    const bool about = names && (right_vmid || reach.every_vmid);
    here_.tlbi(op, about);
    there_.tlbi(op, about && !reach.local);
    life_.tlbi(op, about);
  }

  std::mt19937_64 random_;
  Hardware<C> hardware_;
  Tlb tlb_;
  Cached<C> here_{true};
  Cached<C> there_{true};
  EntryLife<C> life_{true};
};

}  // namespace

TEST_CASE("An entry that the rules call forgotten is held by no TLB") {
  size_t forgotten = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Pair pair(seed);
    for (unsigned i = 0; i < 40; ++i) {
      pair.step();
      if (!pair.is_forgotten()) { continue; }
      ++forgotten;
      CAPTURE(seed, i);
      REQUIRE_FALSE(pair.entry_holds(issuer));
      REQUIRE_FALSE(pair.entry_holds(elsewhere));
    }
  }
  CHECK(forgotten > 5000);
}

TEST_CASE("The entry that proofs follow is one of the TLB that runs fill") {
  size_t held = 0;
  size_t gone = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Pair pair(seed);
    for (unsigned i = 0; i < 40; ++i) {
      pair.step();
      for (const Cpu<C> cpu : {issuer, elsewhere}) {
        CAPTURE(seed, i, raw(cpu));
        REQUIRE(pair.tlb_holds(cpu) == pair.entry_holds(cpu));
        ++(pair.tlb_holds(cpu) ? held : gone);
      }
    }
  }
  CHECK(held > 10000);
  CHECK(gone > 10000);
}

}  // namespace bulkhead::hw::test
