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
  Machine()
      : hardware_(ConcreteMemory([](auto, auto) { return Word<Concrete>(0); }),
                  Hardware<Concrete>::VttbrFile([](auto) { return Word<Concrete>(0); })),
        tlb_(stage2_of(four_levels)) {
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
  /// Issues an operation from a CPU under a VMID.
  void tlbi(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Tlbi op, uint64_t operand = 0) {
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

}  // namespace
}  // namespace bulkhead::hw::test
