#include "hw/content_life.hpp"
#include "hw/cpu_order.hpp"
#include "hw/maintenance_rules.hpp"
#include "hw/vmid_life.hpp"
#include "tests/catch.hpp"

namespace bulkhead::hw::test {

TEST_CASE("what was written is seen after a DSB and in memory after a clean and a DSB") {
  ContentLife<Concrete> content;
  CHECK(content.is_settled());
  content.write(true);
  CHECK(!content.is_seen());
  content.dsb(Barrier::nsh);
  CHECK(!content.is_seen());
  content.dsb(Barrier::ishst);
  CHECK(content.is_seen());
  CHECK(!content.is_settled());
  content.clean(true);
  CHECK(!content.is_settled());
  content.dsb(Barrier::ishst);
  CHECK(!content.is_settled());
  content.dsb(Barrier::ish);
  CHECK(content.is_settled());
}

TEST_CASE("a write after the clean has to be cleaned again") {
  ContentLife<Concrete> content;
  content.write(true);
  content.clean(true);
  content.write(true);
  content.dsb(Barrier::sy);
  CHECK(!content.is_settled());
}

TEST_CASE("writes and cleans of other frames count for nothing") {
  ContentLife<Concrete> content;
  content.write(false);
  CHECK(content.is_settled());
  content.write(true);
  content.clean(false);
  content.dsb(Barrier::ish);
  CHECK(!content.is_settled());
}

TEST_CASE("a VMID is clean after all of it was invalidated everywhere") {
  VmidLife<Concrete> vmid;
  CHECK(!vmid.is_clean());
  for (const Tlbi less : {Tlbi::vmalls12e1, Tlbi::alle1, Tlbi::ipas2e1is, Tlbi::vmalle1is}) {
    vmid.tlbi(less, true);
    vmid.dsb(Barrier::ish);
    CHECK(!vmid.is_clean());
  }
  vmid.tlbi(Tlbi::vmalls12e1is, false);
  vmid.dsb(Barrier::ish);
  CHECK(!vmid.is_clean());
  vmid.tlbi(Tlbi::vmalls12e1is, true);
  vmid.dsb(Barrier::ishst);
  CHECK(!vmid.is_clean());
  vmid.dsb(Barrier::ish);
  CHECK(vmid.is_clean());
  vmid.use(true);
  CHECK(!vmid.is_clean());
}

TEST_CASE("a VMID that is used while its invalidation runs is not clean") {
  VmidLife<Concrete> vmid;
  vmid.tlbi(Tlbi::alle1is, true);
  vmid.use(true);
  vmid.dsb(Barrier::ish);
  CHECK(!vmid.is_clean());
}

TEST_CASE("a new VTTBR_EL2 counts from the next ISB") {
  CpuOrder order;
  CHECK(order.stage2_in_force());
  order.msr_vttbr();
  CHECK(!order.stage2_in_force());
  CHECK(!order.is_synchronised());
  order.isb();
  CHECK(order.stage2_in_force());
  CHECK(order.is_synchronised());
}

TEST_CASE("an invalidation is open until its DSB, and unseen until the ISB after that") {
  CpuOrder order;
  order.tlbi(Tlbi::ipas2e1is);
  CHECK(order.has_open_invalidation());
  order.dsb(Barrier::ishst);
  order.dsb(Barrier::nsh);
  CHECK(order.has_open_invalidation());
  order.isb();
  CHECK(!order.is_synchronised());
  order.dsb(Barrier::ish);
  CHECK(!order.has_open_invalidation());
  CHECK(!order.is_synchronised());
  order.isb();
  CHECK(order.is_synchronised());
}

TEST_CASE("an invalidation of this CPU alone is complete at a DSB of this CPU alone") {
  CpuOrder order;
  order.tlbi(Tlbi::vmalls12e1);
  order.dsb(Barrier::nsh);
  CHECK(!order.has_open_invalidation());
}

TEST_CASE("every rule stands where its number says, with a section") {
  for (size_t i = 0; i < maintenance_rules.size(); ++i) {
    CHECK(static_cast<size_t>(maintenance_rules[i].rule) == i);
    CHECK(!maintenance_rules[i].section.empty());
    CHECK(&text_of(maintenance_rules[i].rule) == &maintenance_rules[i]);
  }
}

}  // namespace bulkhead::hw::test
