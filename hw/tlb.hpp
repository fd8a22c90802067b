#pragma once

#include <array>
#include <map>
#include <unordered_map>
#include <vector>

#include "hw/hardware.hpp"
#include "hw/walk.hpp"

/// The TLBs of all CPUs, as adversarial as the architecture allows (DDI 0487 D8.16, D8.17).
namespace bulkhead::hw {

/// One cached translation: what a page or block entry said when it was read.
struct TlbLeaf {
  Frame<Concrete> frame;  ///< the frame of the page asked for; of a block as a whole, its first
  unsigned level = leaf_level;
  bool readable = false;
  bool writable = false;
  bool executable_el1 = false;
  bool executable_el0 = false;

  friend bool operator==(const TlbLeaf& a, const TlbLeaf& b);
};

/// Holds every translation that was ever filled until it is invalidated. Nothing leaves but by a TLBI
/// that a DSB completed:
///
/// - a TLBI acts on the VMID in the VTTBR_EL2 of the CPU that issues it, at that moment;
/// - it is complete at that CPU's next DSB (ISH or SY; NSH for local operations), and removes what was
///   filled before it was issued: what is filled in between stays;
/// - a stage-2 entry stands for a combined stage-1-and-2 entry too (stage 1 is flat), which can be
///   filled from it at any time. IPAS2E1* turns it into a combined entry alone. VMALLE1* removes the
///   combined entries that had no stage-2 entry left when it was issued.
///
/// Cached pointers to tables are not held: a walk always starts at the base.
class Tlb final : public Observer<Concrete> {
 public:
  /// What every CPU translates with.
  explicit Tlb(const Stage2& stage2) : stage2_(stage2) {}

  void on_effect(const Effect<Concrete>& effect, const Hardware<Concrete>& hardware) override;

  /// The CPU translates the page under a VTTBR_EL2 and caches what it finds. False if it finds nothing.
  bool touch(Cpu<Concrete> cpu, VttbrEl2<Concrete> vttbr, Page<Concrete> page, const Hardware<Concrete>& hardware);

  /// Everything that a CPU may translate the page to, without walking; of any kind of entry.
  std::vector<TlbLeaf> cached(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page) const;
  /// The same, of any CPU.
  std::vector<TlbLeaf> cached(CompartmentId<Concrete> vmid, Page<Concrete> page) const;

  /// Calls `visit(Cpu, CompartmentId, Page, const TlbLeaf&)` for each entry, blocks by their first page.
  template <class Visit>
  void for_each(Visit&& visit) const;

 private:
  using Time = uint64_t;
  struct Entry {
    TlbLeaf leaf;
    Time filled;  ///< when it was last, or could last have been, filled
  };
  /// A combined entry whose stage-2 entry is gone.
  struct Combined {
    uint64_t page;
    Entry entry;
  };
  /// The entries of one CPU and VMID. Stage-2 entries by leaf level and first page.
  struct Space {
    std::array<std::unordered_map<uint64_t, std::vector<Entry>>, leaf_level + 1> stage2;
    std::vector<Combined> combined;
  };
  /// A TLBI that was issued and not yet completed.
  struct Pending {
    Tlbi op;
    uint64_t vmid;
    Word<Concrete> operand;
    Time issued;
  };

  using SpacesOfVmid = std::map<uint64_t, Space>;  ///< by CPU

  void complete(uint64_t cpu, Barrier barrier);
  void apply(uint64_t cpu, const Pending& pending);
  void apply(Space& space, const Pending& pending) const;
  void invalidate_page(Space& space, const Pending& pending) const;
  static void keep_combined(Space& space, const Combined& kept);
  static void collect(const Space& space, uint64_t page, std::vector<TlbLeaf>& leaves);
  template <class Visit>
  static void for_each_in(const Space& space, Visit&& visit);

  Stage2 stage2_;
  Time now_ = 0;
  std::unordered_map<uint64_t, SpacesOfVmid> spaces_;           ///< by VMID
  std::unordered_map<uint64_t, std::vector<Pending>> pending_;  ///< by CPU
};

template <class Visit>
void Tlb::for_each(Visit&& visit) const {
  for (const auto& [vmid, of_vmid] : spaces_) {
    for (const auto& [cpu, space] : of_vmid) {
      for_each_in(space, [&, vmid = vmid, cpu = cpu](uint64_t page, const TlbLeaf& leaf) {
        visit(Cpu<Concrete>(cpu), CompartmentId<Concrete>(vmid), Page<Concrete>(page), leaf);
      });
    }
  }
}

template <class Visit>
void Tlb::for_each_in(const Space& space, Visit&& visit) {
  for (const auto& of_level : space.stage2) {
    for (const auto& [page, entries] : of_level) {
      for (const Entry& entry : entries) { visit(page, entry.leaf); }
    }
  }
  for (const Combined& combined : space.combined) { visit(combined.page, combined.entry.leaf); }
}

}  // namespace bulkhead::hw
