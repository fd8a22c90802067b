#include "hw/cached.hpp"

#include "tests/catch.hpp"

namespace bulkhead::hw::test {
namespace {

using Entry = Cached<Concrete>;

/// A translation that was found and whose entry is invalid now.
Entry broken() {
  Entry entry(true);
  entry.store(true, false);
  return entry;
}

}  // namespace

TEST_CASE("what was found before is held") {
  CHECK(Entry(true).held());
  CHECK(!Entry(false).held());
}

TEST_CASE("what can be found is held at once") {
  Entry entry(false);
  entry.store(false, true);
  CHECK(!entry.held());
  entry.store(true, true);
  CHECK(entry.held());
}

TEST_CASE("nothing is forgotten without an invalidation") {
  Entry entry = broken();
  entry.dsb(Barrier::sy);
  CHECK(entry.held());
}

TEST_CASE("it is forgotten by IPA and then what combines both stages") {
  Entry entry = broken();
  entry.dsb(Barrier::ishst);
  entry.tlbi(Tlbi::ipas2e1is, true);
  entry.dsb(Barrier::ish);
  CHECK(entry.held());
  entry.tlbi(Tlbi::vmalle1is, true);
  CHECK(entry.held());
  entry.dsb(Barrier::ish);
  CHECK(!entry.held());
}

TEST_CASE("it is forgotten with all of its VMID") {
  for (const Tlbi op : {Tlbi::vmalls12e1is, Tlbi::alle1is, Tlbi::vmalls12e1}) {
    Entry entry = broken();
    entry.dsb(Barrier::ishst);
    entry.tlbi(op, true);
    entry.dsb(Barrier::ish);
    CHECK(!entry.held());
  }
}

TEST_CASE("a walk that does not see the store yet fills it again") {
  Entry entry = broken();
  entry.tlbi(Tlbi::vmalls12e1is, true);
  entry.dsb(Barrier::ish);
  CHECK(entry.held());
}

TEST_CASE("what is mapped again while an invalidation runs stays") {
  Entry entry = broken();
  entry.dsb(Barrier::ishst);
  entry.tlbi(Tlbi::vmalls12e1is, true);
  entry.store(true, true);
  entry.store(true, false);
  entry.dsb(Barrier::ish);
  CHECK(entry.held());
}

TEST_CASE("the order of invalidating stage 2 and what combines both stages matters") {
  SECTION("the other way round") {
    Entry entry = broken();
    entry.dsb(Barrier::ishst);
    entry.tlbi(Tlbi::vmalle1is, true);
    entry.dsb(Barrier::ish);
    entry.tlbi(Tlbi::ipas2e1is, true);
    entry.dsb(Barrier::ish);
    CHECK(entry.held());
  }
  SECTION("without a DSB in between") {
    Entry entry = broken();
    entry.dsb(Barrier::ishst);
    entry.tlbi(Tlbi::ipas2e1is, true);
    entry.tlbi(Tlbi::vmalle1is, true);
    entry.dsb(Barrier::ish);
    CHECK(entry.held());
  }
}

TEST_CASE("an invalidation that is about something else, or not completed, forgets nothing") {
  Entry entry = broken();
  entry.dsb(Barrier::ishst);
  entry.tlbi(Tlbi::vmalls12e1is, false);
  entry.dsb(Barrier::ish);
  CHECK(entry.held());
  entry.tlbi(Tlbi::vmalls12e1is, true);
  entry.dsb(Barrier::ishst);
  entry.dsb(Barrier::nsh);
  CHECK(entry.held());
  entry.dsb(Barrier::ish);
  CHECK(!entry.held());
}

}  // namespace bulkhead::hw::test
