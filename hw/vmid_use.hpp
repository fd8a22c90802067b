#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "hw/vmid_life.hpp"

namespace bulkhead::hw {

/// Of which VMIDs TLBs may hold something. An invalidation counts for the CPU that issued it.
class VmidUse {
 public:
  void use(uint64_t vmid) { vmids_[vmid].life.use(true); }
  void tlbi(uint64_t cpu, Tlbi op, std::optional<uint64_t> vmid);
  void dsb(uint64_t cpu, Barrier barrier);
  /// Whether no TLB holds anything of it.
  bool is_clean(uint64_t vmid) const;

 private:
  struct OfVmid {
    VmidLife<Concrete> life;
    uint64_t cpu = 0;  ///< that invalidates it
  };
  void tlbi(uint64_t cpu, Tlbi op, uint64_t vmid, OfVmid& of_vmid);

  std::unordered_map<uint64_t, OfVmid> vmids_;
  std::unordered_map<uint64_t, std::vector<uint64_t>> leaving_;  ///< VMIDs, by CPU
};

}  // namespace bulkhead::hw
