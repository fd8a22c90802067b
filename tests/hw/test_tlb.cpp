#include "hw/tlb.hpp"

#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

const Cpu<Concrete> cpu0(0), cpu1(1);
const CompartmentId<Concrete> vm5(5), vm6(6);
const Page<Concrete> page0(0), page1(1);
constexpr uint64_t pa0 = 0x80000, pa1 = 0x81000;

VttbrEl2<Concrete> vttbr_of(CompartmentId<Concrete> vmid) {
  return VttbrEl2<Concrete>(vttbr_el2::VMID::of(raw(vmid)) | root);
}

/// A machine whose pages 0 and 1 are mapped, and its TLB.
class Machine {
 public:
  explicit Machine(VtcrEl2<Concrete> vtcr = four_levels)
      : hardware_(ConcreteMemory([](auto, auto) { return Word<Concrete>(0); }),
                  Hardware<Concrete>::VttbrFile([](auto) { return Word<Concrete>(0); })),
        tlb_(stage2_of(vtcr)) {
    hardware_.observe(&tlb_);
    for (unsigned level = 0; level < leaf_level; ++level) {
      write(table_of_level[level], table_to(table_of_level[level + 1]));
    }
    write(table_of_level[3], page_to(pa0));
    write(table_of_level[3] + 8, page_to(pa1));
  }
  void write(uint64_t pa, uint64_t word) {
    hardware_.store(Frame<Concrete>(pa >> page_shift), Index<Concrete>(pa >> 3), Word<Concrete>(word));
  }
  /// Issues an operation from a CPU under a VMID, after its stores are complete.
  void tlbi(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Tlbi op, uint64_t operand = 0) {
    dsb(cpu, Barrier::ishst);
    tlbi_at_once(cpu, vmid, op, operand);
  }
  /// The same, without waiting for stores.
  void tlbi_at_once(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Tlbi op, uint64_t operand = 0) {
    hardware_.run_on(cpu);
    hardware_.msr_vttbr(widen<Word<Concrete>>(vttbr_of(vmid)));
    hardware_.tlbi(op, Word<Concrete>(operand));
  }
  void dsb(Cpu<Concrete> cpu, Barrier barrier = Barrier::ish) {
    hardware_.run_on(cpu);
    hardware_.dsb(barrier);
  }
  bool touch(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page) {
    return tlb_.touch(cpu, vttbr_of(vmid), page, hardware_);
  }
  /// The addresses that a page may be translated to on a CPU.
  std::vector<uint64_t> cached(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page) const {
    std::vector<uint64_t> addresses;
    for (const TlbLeaf& leaf : tlb_.cached(cpu, vmid, page)) { addresses.push_back(raw(address_of(leaf.frame))); }
    return addresses;
  }
  /// The tables of a level that a walk for a page may begin at, on some CPU.
  std::vector<uint64_t> pointers(CompartmentId<Concrete> vmid, Page<Concrete> page, unsigned level) const {
    std::vector<uint64_t> addresses;
    for (const TlbPointer& pointer : tlb_.pointers(vmid, page)) {
      if (pointer.level == level) { addresses.push_back(raw(address_of(pointer.table))); }
    }
    return addresses;
  }
  const Tlb& tlb() const { return tlb_; }

 private:
  Hardware<Concrete> hardware_;
  Tlb tlb_;
};

using Addresses = std::vector<uint64_t>;

TEST_CASE("What was touched stays though the tables change") {
  Machine machine;
  CHECK(machine.touch(cpu0, vm5, page0));
  machine.write(table_of_level[3], 0);
  CHECK_FALSE(machine.touch(cpu0, vm5, page0));
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.write(table_of_level[3], page_to(0x90000));
  CHECK(machine.touch(cpu0, vm5, page0));
  CHECK(machine.touch(cpu0, vm5, page0));
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0, 0x90000});
  CHECK(machine.cached(cpu1, vm5, page0).empty());
  CHECK(machine.cached(cpu0, vm6, page0).empty());
}

TEST_CASE("A leaf that only lacks a permission is cached, one without access flag is not") {
  Machine machine;
  machine.write(table_of_level[3], page_to(pa0) & ~s2::S2AP::mask);
  CHECK(machine.touch(cpu0, vm5, page0));
  machine.write(table_of_level[3] + 8, page_to(pa1) & ~s2::AF::mask);
  CHECK_FALSE(machine.touch(cpu0, vm5, page1));
}

TEST_CASE("VMALLS12E1IS takes every entry of the VMID on every CPU at the DSB") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page1);
  machine.touch(cpu1, vm6, page1);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
  CHECK(machine.cached(cpu1, vm5, page1).empty());
  CHECK(machine.cached(cpu1, vm6, page1) == Addresses{pa1});
}

TEST_CASE("Only a DSB of the issuing CPU and of a wide enough domain completes an operation") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  machine.dsb(cpu1, Barrier::sy);
  machine.dsb(cpu0, Barrier::ishst);
  machine.dsb(cpu0, Barrier::nsh);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.dsb(cpu0, Barrier::sy);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
}

TEST_CASE("What is filled between a TLBI and its DSB stays") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu0, vm5, page1);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  machine.touch(cpu0, vm5, page0);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  CHECK(machine.cached(cpu0, vm5, page1).empty());
}

TEST_CASE("What was found since the last DSB that waited for stores is found again after a TLBI") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page1);
  machine.dsb(cpu0, Barrier::ishst);
  machine.touch(cpu1, vm5, page0);
  machine.write(table_of_level[3], 0);
  machine.write(table_of_level[3] + 8, 0);
  const auto invalidate = [&machine] {
    machine.tlbi_at_once(cpu0, vm5, Tlbi::vmalls12e1is);
    machine.dsb(cpu0);
  };
  SECTION("without a DSB after the store") { invalidate(); }
  SECTION("with one that does not wait for other CPUs") {
    machine.dsb(cpu0, Barrier::nsh);
    invalidate();
  }
  SECTION("with one of a CPU that did not store") {
    machine.dsb(cpu1);
    invalidate();
  }
  CHECK(machine.cached(cpu1, vm5, page0) == Addresses{pa0});
  CHECK(machine.cached(cpu1, vm5, page1).empty());
  CHECK(machine.pointers(vm5, page0, 3) == Addresses{table_of_level[3]});
  invalidate();
  CHECK(machine.cached(cpu1, vm5, page0).empty());
  CHECK(machine.tlb().pointers(vm5, page0).empty());
}

TEST_CASE("IPAS2E1IS alone leaves the combined entry; a VMALLE1IS after its DSB takes it") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page0);
  machine.touch(cpu0, vm5, page1);
  machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(page0));
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
  CHECK(machine.cached(cpu1, vm5, page0).empty());
  // Its stage-2 entry was not invalidated, so the combined one can come back.
  CHECK(machine.cached(cpu0, vm5, page1) == Addresses{pa1});
}

TEST_CASE("A combined entry that is left behind again and again is one entry") {
  Machine machine;
  for (unsigned i = 0; i < 3; ++i) {
    machine.touch(cpu0, vm5, page0);
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(page0));
    machine.dsb(cpu0);
  }
  unsigned entries = 0;
  machine.tlb().for_each([&](auto&&...) { ++entries; });
  CHECK(entries == 1);
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
}

TEST_CASE("A VMALLE1IS before the DSB of IPAS2E1IS may be undone by a refill") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(page0));
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
}

TEST_CASE("VMALLE1IS alone changes nothing that a stage-2 entry can bring back") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
}

TEST_CASE("An operation under another VMID keeps the entry") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.tlbi(cpu0, vm6, Tlbi::ipas2e1is, raw(page0));
  machine.dsb(cpu0);
  machine.tlbi(cpu0, vm6, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  machine.tlbi(cpu0, vm6, Tlbi::vmalls12e1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
}

TEST_CASE("An operation acts on the VMID that VTTBR_EL2 names when it is issued") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu0, vm6, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  machine.tlbi(cpu0, vm6, Tlbi::ipas2e1is, raw(page1));
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
  CHECK(machine.cached(cpu0, vm6, page0) == Addresses{pa0});
}

TEST_CASE("A local operation keeps the entries of other CPUs, and DSB NSH completes it") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1);
  machine.dsb(cpu0, Barrier::nsh);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
  CHECK(machine.cached(cpu1, vm5, page0) == Addresses{pa0});
}

TEST_CASE("ALLE1IS takes every VMID") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm6, page1);
  machine.tlbi(cpu0, vm5, Tlbi::alle1is);
  machine.dsb(cpu0);
  CHECK(machine.tlb().cached(vm5, page0).empty());
  CHECK(machine.tlb().cached(vm6, page1).empty());
}

TEST_CASE("An entry of a block serves and is invalidated by every page of it") {
  Machine machine;
  machine.write(table_of_level[2] + 8, block_to(0x40200000));
  const Page<Concrete> first(512), third(514);
  CHECK(machine.touch(cpu0, vm5, third));
  CHECK(machine.cached(cpu0, vm5, first) == Addresses{0x40200000});
  CHECK(machine.cached(cpu0, vm5, third) == Addresses{0x40202000});
  machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(first));
  machine.dsb(cpu0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK(machine.cached(cpu0, vm5, third).empty());
}

TEST_CASE("A level hint that is wrong keeps the entry") {
  Machine machine;
  constexpr uint64_t hint_2 = uint64_t{0b0110} << 44, hint_3 = uint64_t{0b0111} << 44;
  for (const uint64_t hint : {hint_2, hint_3}) {
    machine.touch(cpu0, vm5, page0);
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(page0) | hint);
    machine.dsb(cpu0);
    machine.tlbi(cpu0, vm5, Tlbi::vmalle1is);
    machine.dsb(cpu0);
    CHECK(machine.cached(cpu0, vm5, page0).empty() == (hint == hint_3));
  }
}

TEST_CASE("Every entry can be listed") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm6, page1);
  machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, raw(page0));
  machine.dsb(cpu0);
  std::vector<std::array<uint64_t, 4>> listed;
  machine.tlb().for_each(
      [&](Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page, const TlbLeaf& leaf) {
        listed.push_back({raw(cpu), raw(vmid), raw(page), raw(address_of(leaf.frame))});
      });
  std::sort(listed.begin(), listed.end());
  CHECK(listed == std::vector<std::array<uint64_t, 4>>{{0, 5, 0, pa0}, {1, 6, 1, pa1}});
}

/// Level hints of a TLBI by IPA, with the granule of 4 KiB.
constexpr uint64_t hint(uint64_t level) { return (uint64_t{0b01} << 46) | level << 44; }

TEST_CASE("A walk leaves a pointer to each table that it passes, though it fails further down") {
  Machine machine;
  machine.write(table_of_level[3], 0);
  CHECK_FALSE(machine.touch(cpu0, vm5, page0));
  for (unsigned level = 1; level <= leaf_level; ++level) {
    CHECK(machine.pointers(vm5, page1, level) == Addresses{table_of_level[level]});
    CHECK(machine.tlb().holds(frame_of(Pa<Concrete>(table_of_level[level]))));
  }
  CHECK_FALSE(machine.tlb().holds(frame_of(Pa<Concrete>(root))));
  CHECK(machine.tlb().pointers(vm6, page0).empty());
  CHECK(machine.pointers(vm5, Page<Concrete>(512), 3).empty());
  CHECK(machine.pointers(vm5, Page<Concrete>(512), 2) == Addresses{table_of_level[2]});
}

TEST_CASE("A pointer to a table that was unlinked reads what is stored there later") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.write(table_of_level[2], 0);
  machine.write(table_of_level[3] + 16, page_to(0x90000));
  const Page<Concrete> page2(2);
  CHECK(machine.touch(cpu0, vm5, page2));
  CHECK(machine.cached(cpu0, vm5, page2) == Addresses{0x90000});
  SECTION("on the CPU that holds it alone") { CHECK_FALSE(machine.touch(cpu1, vm5, page2)); }
  SECTION("under its VMID alone") { CHECK_FALSE(machine.touch(cpu0, vm6, page2)); }
  SECTION("for its range alone") { CHECK_FALSE(machine.touch(cpu0, vm5, Page<Concrete>(512 + 2))); }
}

TEST_CASE("A resumed walk leaves pointers too, and one from the base goes on beside it") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.write(table_of_level[1], table_to(0x5000));
  machine.write(0x5000, table_to(0x6000));
  machine.write(0x6000, page_to(0xA0000));
  machine.write(table_of_level[2], table_to(0x7000));
  machine.write(0x7000, page_to(0xB0000));
  CHECK(machine.touch(cpu0, vm5, page0));
  CHECK(machine.pointers(vm5, page0, 2) == Addresses{table_of_level[2], 0x5000});
  auto leaves = machine.cached(cpu0, vm5, page0);
  std::sort(leaves.begin(), leaves.end());
  CHECK(leaves == Addresses{pa0, 0xA0000, 0xB0000});
}

TEST_CASE("IPAS2E1IS takes the pointers in whose range the IPA is, at its DSB") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page0);
  // What is unlinked is not found again.
  machine.write(root, 0);
  SECTION("of every level, by any page of the last table") {
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, 511);
    CHECK(machine.pointers(vm5, page0, 3) == Addresses{table_of_level[3]});
    machine.dsb(cpu0);
    CHECK(machine.tlb().pointers(vm5, page0).empty());
    CHECK_FALSE(machine.tlb().holds(frame_of(Pa<Concrete>(table_of_level[3]))));
  }
  SECTION("of the tables above, by a page beside the last one") {
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, 512);
    machine.dsb(cpu0);
    CHECK(machine.pointers(vm5, page0, 3) == Addresses{table_of_level[3]});
    CHECK(machine.pointers(vm5, page0, 2).empty());
    CHECK(machine.pointers(vm5, page0, 1).empty());
  }
  SECTION("of none, by a page of another root entry") {
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, uint64_t{1} << 27);
    machine.dsb(cpu0);
    CHECK(machine.tlb().pointers(vm5, page0).size() == 3);
  }
  SECTION("not under another VMID") {
    machine.tlbi(cpu0, vm6, Tlbi::ipas2e1is, 0);
    machine.dsb(cpu0);
    CHECK(machine.tlb().pointers(vm5, page0).size() == 3);
  }
  SECTION("not with a level hint, which is about the end of the walk") {
    for (const uint64_t level : {1, 2, 3}) {
      machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, hint(level));
      machine.dsb(cpu0);
      CHECK(machine.tlb().pointers(vm5, page0).size() == 3);
    }
  }
  SECTION("not at a DSB ISHST, of another CPU, or NSH") {
    machine.tlbi(cpu0, vm5, Tlbi::ipas2e1is, 0);
    machine.dsb(cpu0, Barrier::ishst);
    machine.dsb(cpu0, Barrier::nsh);
    machine.dsb(cpu1, Barrier::sy);
    CHECK(machine.tlb().pointers(vm5, page0).size() == 3);
    machine.dsb(cpu0, Barrier::ish);
    CHECK(machine.tlb().pointers(vm5, page0).empty());
  }
}

TEST_CASE("A pointer survives IPAS2LE1IS and VMALLE1IS") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.write(table_of_level[2], 0);
  for (const Tlbi op : {Tlbi::ipas2le1is, Tlbi::vmalle1is, Tlbi::ipas2le1, Tlbi::vmalle1}) {
    machine.tlbi(cpu0, vm5, op);
    machine.dsb(cpu0);
  }
  CHECK(machine.pointers(vm5, page0, 3) == Addresses{table_of_level[3]});
  CHECK(machine.touch(cpu0, vm5, page0));
}

TEST_CASE("VMALLS12E1IS takes every pointer of the VMID, ALLE1IS of all") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page0);
  machine.touch(cpu1, vm6, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  machine.dsb(cpu0);
  CHECK(machine.tlb().pointers(vm5, page0).empty());
  CHECK(machine.tlb().pointers(vm6, page0).size() == 3);
  machine.tlbi(cpu0, vm5, Tlbi::alle1is);
  machine.dsb(cpu0);
  CHECK(machine.tlb().pointers(vm6, page0).empty());
}

TEST_CASE("A pointer that is found again between a TLBI and its DSB stays") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  for (const Tlbi op : {Tlbi::ipas2e1is, Tlbi::vmalls12e1is}) {
    machine.tlbi(cpu0, vm5, op);
    machine.touch(cpu0, vm5, page0);
    machine.dsb(cpu0);
    CHECK(machine.tlb().pointers(vm5, page0).size() == 3);
  }
  // A walk that begins at a pointer reads no descriptor that leads to its table.
  machine.write(table_of_level[2], 0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  CHECK(machine.touch(cpu0, vm5, page0));
  machine.dsb(cpu0);
  CHECK(machine.pointers(vm5, page0, 3).empty());
  // But what it found between the two stays.
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
}

TEST_CASE("Local operations take what this CPU holds alone, and are complete at DSB NSH") {
  for (const Tlbi op : {Tlbi::ipas2e1, Tlbi::vmalls12e1, Tlbi::alle1}) {
    Machine machine;
    machine.touch(cpu0, vm5, page0);
    machine.touch(cpu1, vm5, page1);
    machine.write(root, 0);
    machine.tlbi(cpu0, vm5, op);
    machine.dsb(cpu0, Barrier::nsh);
    std::vector<uint64_t> holders;
    machine.tlb().for_each_pointer([&](Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, const TlbPointer& pointer) {
      CHECK(vmid == vm5);
      CHECK(raw(address_of(pointer.table)) == table_of_level[pointer.level]);
      holders.push_back(raw(cpu));
    });
    CHECK(holders == std::vector<uint64_t>{1, 1, 1});
    CHECK(machine.cached(cpu1, vm5, page1) == Addresses{pa1});
  }
}

TEST_CASE("Local operations by IPA and of combined entries do as the shareable ones, on this CPU") {
  Machine machine;
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm5, page0);
  machine.write(table_of_level[3], 0);
  machine.tlbi(cpu0, vm5, Tlbi::ipas2le1, 0);
  machine.dsb(cpu0, Barrier::nsh);
  CHECK(machine.cached(cpu0, vm5, page0) == Addresses{pa0});
  machine.tlbi(cpu0, vm5, Tlbi::vmalle1);
  machine.dsb(cpu0, Barrier::nsh);
  CHECK(machine.cached(cpu0, vm5, page0).empty());
  CHECK(machine.cached(cpu1, vm5, page0) == Addresses{pa0});
}

TEST_CASE("A frame is held as long as some entry leads to it") {
  Machine machine;
  const Frame<Concrete> frame = frame_of(Pa<Concrete>(pa0));
  machine.touch(cpu0, vm5, page0);
  machine.touch(cpu1, vm6, page0);
  machine.tlbi(cpu0, vm5, Tlbi::vmalls12e1is);
  machine.dsb(cpu0);
  CHECK(machine.tlb().holds(frame));
  // As a combined entry it is held still.
  machine.tlbi(cpu0, vm6, Tlbi::ipas2le1is, 0);
  machine.dsb(cpu0);
  CHECK(machine.tlb().holds(frame));
  machine.tlbi(cpu0, vm6, Tlbi::vmalle1is);
  machine.dsb(cpu0);
  CHECK_FALSE(machine.tlb().holds(frame));
  machine.write(table_of_level[2] + 8, block_to(0x40200000));
  machine.touch(cpu0, vm5, Page<Concrete>(514));
  CHECK(machine.tlb().holds(frame_of(Pa<Concrete>(0x403FF000))));
  CHECK_FALSE(machine.tlb().holds(frame_of(Pa<Concrete>(0x40400000))));
}

TEST_CASE("With VTCR_EL2.VS = 0 a VMID is 8 bits of VTTBR_EL2") {
  const CompartmentId<Concrete> vm5_and_256(5 + 256);
  Machine narrow(VtcrEl2<Concrete>(raw(four_levels) & ~vtcr_el2::VS::mask));
  narrow.touch(cpu0, vm5, page0);
  narrow.write(root, 0);
  narrow.tlbi(cpu0, vm5_and_256, Tlbi::vmalls12e1is);
  narrow.dsb(cpu0);
  CHECK(narrow.cached(cpu0, vm5, page0).empty());
  CHECK(narrow.tlb().pointers(vm5, page0).empty());
  Machine wide;
  wide.touch(cpu0, vm5, page0);
  wide.tlbi(cpu0, vm5_and_256, Tlbi::vmalls12e1is);
  wide.dsb(cpu0);
  CHECK(wide.cached(cpu0, vm5, page0) == Addresses{pa0});
}

TEST_CASE("A TLB of tables that the engine does not have is refused") {
  constexpr uint64_t granule_16k = uint64_t{0b10} << 14;
  constexpr uint64_t three_levels = 25 | 1 << 6 | 5 << 16 | 1 << 19;
  CHECK_THROWS_AS(Tlb(stage2_of(VtcrEl2<Concrete>(raw(four_levels) | granule_16k))), Fault);
  CHECK_THROWS_AS(Tlb(stage2_of(VtcrEl2<Concrete>(three_levels))), Fault);
  CHECK_THROWS_AS(Tlb(stage2_of(VtcrEl2<Concrete>(raw(four_levels) | vtcr_el2::DS::mask))), Fault);
}

}  // namespace
}  // namespace bulkhead::hw::test
