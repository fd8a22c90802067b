#include "hw/entry_life.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw::test {
namespace {

using Life = EntryLife<Concrete>;

Life mapped() { return Life(true); }

/// An entry that was made invalid, as every table walk sees.
Life hidden() {
  Life life = mapped();
  life.store(true, false);
  life.dsb(Barrier::ishst);
  return life;
}

}  // namespace

TEST_CASE("an entry between calls is mapped or forgotten") {
  CHECK(Life(true).is(EntryPhase::mapped));
  CHECK(Life(false).is(EntryPhase::unmapped));
  CHECK(Life(true).is_settled());
  CHECK(Life(false).is_settled());
}

TEST_CASE("a new entry is seen after a DSB for stores") {
  Life life(false);
  life.store(true, true);
  CHECK(life.is(EntryPhase::made));
  life.dsb(Barrier::nsh);
  CHECK(life.is(EntryPhase::made));
  life.dsb(Barrier::ishst);
  CHECK(life.is(EntryPhase::mapped));
}

TEST_CASE("a store elsewhere changes nothing") {
  Life life = mapped();
  life.store(false, false);
  CHECK(life.is(EntryPhase::mapped));
}

TEST_CASE("an entry is forgotten by IPA and then what combines both stages") {
  Life life = hidden();
  CHECK(life.is(EntryPhase::hidden));
  life.tlbi(Tlbi::ipas2e1is, true);
  CHECK(life.is(EntryPhase::leaving_stage2));
  life.dsb(Barrier::ishst);
  CHECK(life.is(EntryPhase::leaving_stage2));
  life.dsb(Barrier::ish);
  CHECK(life.is(EntryPhase::combined_left));
  CHECK(!life.is_settled());
  life.tlbi(Tlbi::vmalle1is, true);
  CHECK(life.is(EntryPhase::leaving));
  life.dsb(Barrier::ish);
  CHECK(life.is(EntryPhase::unmapped));
}

TEST_CASE("an entry is forgotten with all of its VMID") {
  for (const Tlbi op : {Tlbi::vmalls12e1is, Tlbi::alle1is}) {
    Life life = hidden();
    life.tlbi(op, true);
    CHECK(life.is(EntryPhase::leaving));
    life.dsb(Barrier::sy);
    CHECK(life.is(EntryPhase::unmapped));
  }
}

TEST_CASE("what is issued before the store is seen forgets nothing") {
  Life life = mapped();
  life.store(true, false);
  CHECK(life.is(EntryPhase::broken));
  life.tlbi(Tlbi::vmalls12e1is, true);
  CHECK(life.is(EntryPhase::broken));
  life.dsb(Barrier::ish);
  CHECK(life.is(EntryPhase::hidden));
}

TEST_CASE("an invalidation of less forgets nothing for certain") {
  for (const Tlbi op : {Tlbi::vmalls12e1, Tlbi::alle1, Tlbi::ipas2e1, Tlbi::ipas2le1, Tlbi::vmalle1, Tlbi::vmalle1is}) {
    Life life = hidden();
    life.tlbi(op, true);
    life.dsb(Barrier::ish);
    CHECK(life.is(EntryPhase::hidden));
  }
  Life other = hidden();
  other.tlbi(Tlbi::vmalls12e1is, false);
  CHECK(other.is(EntryPhase::hidden));
}

TEST_CASE("what combines both stages is invalidated only after stage 2 is complete") {
  Life life = hidden();
  life.tlbi(Tlbi::ipas2e1is, true);
  life.tlbi(Tlbi::vmalle1is, true);
  life.dsb(Barrier::ish);
  CHECK(life.is(EntryPhase::combined_left));
}

TEST_CASE("an invalid entry that becomes another one stays as forgotten as it is") {
  Life life = hidden();
  life.store(true, false);
  CHECK(life.is(EntryPhase::hidden));
  Life gone(false);
  gone.store(true, false);
  CHECK(gone.is(EntryPhase::unmapped));
}

}  // namespace bulkhead::hw::test
