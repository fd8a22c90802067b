#include "hw/vmid_use.hpp"

namespace bulkhead::hw {

void VmidUse::tlbi(uint64_t cpu, Tlbi op, std::optional<uint64_t> vmid) {
  const Reach reach = reach_of(op);
  if (reach.local || !reach.leaves || !reach.combined) { return; }
  if (reach.every_vmid) {
    for (auto& [each, of_vmid] : vmids_) { tlbi(cpu, op, each, of_vmid); }
  } else if (vmid && vmids_.find(*vmid) != vmids_.end()) {
    tlbi(cpu, op, *vmid, vmids_.at(*vmid));
  }
}

void VmidUse::tlbi(uint64_t cpu, Tlbi op, uint64_t vmid, OfVmid& of_vmid) {
  const auto was_leaving = static_cast<bool>(of_vmid.life.is_leaving());
  of_vmid.life.tlbi(op, true);
  if (!of_vmid.life.is_leaving() || (was_leaving && of_vmid.cpu == cpu)) { return; }
  of_vmid.cpu = cpu;
  leaving_[cpu].push_back(vmid);
}

void VmidUse::dsb(uint64_t cpu, Barrier barrier) {
  const auto leaving = leaving_.find(cpu);
  if (leaving == leaving_.end() || !completes(barrier, Tlbi::vmalls12e1is)) { return; }
  for (const uint64_t vmid : leaving->second) {
    OfVmid& of_vmid = vmids_.at(vmid);
    if (of_vmid.cpu == cpu) { of_vmid.life.dsb(barrier); }
  }
  leaving->second.clear();
}

bool VmidUse::is_clean(uint64_t vmid) const {
  const auto found = vmids_.find(vmid);
  return found == vmids_.end() || found->second.life.is_clean();
}

}  // namespace bulkhead::hw
