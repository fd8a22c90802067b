#pragma once

#include <array>
#include <map>
#include <unordered_map>
#include <vector>

#include "hw/hardware.hpp"
#include "hw/held_frames.hpp"
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

/// One cached pointer: a walk for a page of the range may begin at this table. What the table says is read then.
struct TlbPointer {
  unsigned level;        ///< of the table, 1 to 3
  Page<Concrete> first;  ///< of the pages that the table translates
  Frame<Concrete> table;

  friend bool operator==(const TlbPointer& a, const TlbPointer& b);
};

/// Holds every translation that was ever filled, and every pointer to a table, until it is invalidated. Nothing leaves
/// but by a TLBI that a DSB completed:
///
/// - a TLBI acts on the VMID in the VTTBR_EL2 of the CPU that issues it, at that moment; a VMID has 8 bits where
///   VTCR_EL2.VS is 0;
/// - it is complete at that CPU's next DSB (ISH or SY; NSH for local operations), and removes what was filled before it
///   was issued: what is filled in between stays;
/// - walkers may see memory as it was at any moment since the last DSB that waited for the stores of the CPU: what was
///   found since the one before the TLBI can be found again after it, and stays too;
/// - a stage-2 entry stands for a combined stage-1-and-2 entry too (stage 1 is flat), which can be
///   filled from it at any time. IPAS2E1* turns it into a combined entry alone. VMALLE1* removes the
///   combined entries that had no stage-2 entry left when it was issued;
/// - a pointer is filled wherever a walk reads the descriptor of a table, though it fails further down. It leaves with
///   everything of its VMID, or by IPAS2E1* for an IPA in its range. IPAS2LE1*, and IPAS2E1* with a level hint, are
///   about the last entry of a walk: pointers stay.
class Tlb final : public Observer<Concrete> {
 public:
  /// What every CPU translates with. Throws `Fault` if it is not the engine's: a 4 KiB granule and 48-bit addresses,
  /// from level 0 on.
  explicit Tlb(const Stage2& stage2);

  void on_effect(const Effect<Concrete>& effect, const Hardware<Concrete>& hardware) override;

  /// The CPU translates the page under a VTTBR_EL2 in every way it may: from the base of the tables on, and from each
  /// pointer that it holds for the page. It caches whatever it finds. False if that is no translation.
  bool touch(Cpu<Concrete> cpu, VttbrEl2<Concrete> vttbr, Page<Concrete> page, const Hardware<Concrete>& hardware);

  /// Everything that a CPU may translate the page to, without walking; of any kind of entry.
  std::vector<TlbLeaf> cached(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page) const;
  /// The same, of any CPU.
  std::vector<TlbLeaf> cached(CompartmentId<Concrete> vmid, Page<Concrete> page) const;
  /// The tables that some CPU may begin a walk for the page at, other than at the base.
  std::vector<TlbPointer> pointers(CompartmentId<Concrete> vmid, Page<Concrete> page) const;

  /// Whether an entry of any TLB leads to the frame: one that translates to it, or a pointer to it as a table.
  bool holds(Frame<Concrete> frame) const { return held_.has(frame); }

  /// Calls `visit(Cpu, CompartmentId, Page, const TlbLeaf&)` for each entry, blocks by their first page.
  template <class Visit>
  void for_each(Visit&& visit) const;
  /// Calls `visit(Cpu, const TlbLeaf&)` for everything that a CPU may translate the page to.
  template <class Visit>
  void for_each_of(CompartmentId<Concrete> vmid, Page<Concrete> page, Visit&& visit) const;
  /// Calls `visit(Cpu, CompartmentId, const TlbPointer&)` for each pointer.
  template <class Visit>
  void for_each_pointer(Visit&& visit) const;

 private:
  using Time = uint64_t;
  struct Entry {
    TlbLeaf leaf;
    Time filled;  ///< when it was last, or could last have been, filled
  };
  /// A combined entry whose stage-2 entry is gone. What invalidates both kinds at once goes by when that was filled.
  struct Combined {
    uint64_t page;
    Entry entry;  ///< that stage-2 entry
    Time made;    ///< when it could last have been made from it
  };
  struct Pointer {
    Frame<Concrete> table;
    Time filled;  ///< when the descriptor was last read
  };
  template <class E>
  using ByPage = std::unordered_map<uint64_t, std::vector<E>>;
  /// The entries of one CPU and VMID.
  struct Space {
    std::array<ByPage<Entry>, leaf_level + 1> stage2;      ///< by level of the leaf and its first page
    std::array<ByPage<Pointer>, leaf_level + 1> pointers;  ///< by level of the table and its first page
    std::vector<Combined> combined;
  };
  /// A TLBI that was issued and not yet completed.
  struct Pending {
    Tlbi op;
    uint64_t vmid;
    Word<Concrete> operand;
    Time since;  ///< what was filled from then on can be filled again after it was issued
    Time issued;
  };

  using SpacesOfVmid = std::map<uint64_t, Space>;  ///< by CPU

  uint64_t vmid_of(VttbrEl2<Concrete> vttbr) const;
  bool look_up(Space& space, Page<Concrete> page, Frame<Concrete> table, unsigned level,
               const Hardware<Concrete>& hardware);
  void fill(Space& space, Page<Concrete> page, const TlbLeaf& leaf);
  void fill_pointer(Space& space, const TlbPointer& pointer);
  void complete(uint64_t cpu, Barrier barrier);
  void apply(uint64_t cpu, const Pending& pending);
  void apply(Space& space, const Pending& pending);
  void invalidate_page(Space& space, const Pending& pending);
  void invalidate_pointers(Space& space, const Pending& pending);
  void drop_combined(Space& space, const Pending& pending);
  template <class E>
  void drop(std::array<ByPage<E>, leaf_level + 1>& entries, const Pending& pending);
  bool drop_if_old(const Entry& entry, const Pending& pending);
  bool drop_if_old(const Pointer& pointer, const Pending& pending);
  void keep_combined(Space& space, const Combined& kept);
  static void collect(const Space& space, uint64_t page, std::vector<TlbLeaf>& leaves);
  template <class Visit>
  static void for_each_in(const Space& space, Visit&& visit);
  template <class Visit>
  static void for_each_pointer_in(const Space& space, Visit&& visit);

  Stage2 stage2_;
  Time now_ = 0;
  HeldFrames held_;
  std::unordered_map<uint64_t, SpacesOfVmid> spaces_;           ///< by VMID
  std::unordered_map<uint64_t, Time> stores_complete_;          ///< by CPU: its last DSB that waited for stores
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
void Tlb::for_each_of(CompartmentId<Concrete> vmid, Page<Concrete> page, Visit&& visit) const {
  const auto of_vmid = spaces_.find(raw(vmid));
  if (of_vmid == spaces_.end()) { return; }
  std::vector<TlbLeaf> leaves;
  for (const auto& [cpu, space] : of_vmid->second) {
    leaves.clear();
    collect(space, raw(page), leaves);
    for (const TlbLeaf& leaf : leaves) { visit(Cpu<Concrete>(cpu), leaf); }
  }
}

template <class Visit>
void Tlb::for_each_pointer(Visit&& visit) const {
  for (const auto& [vmid, of_vmid] : spaces_) {
    for (const auto& [cpu, space] : of_vmid) {
      for_each_pointer_in(space, [&, vmid = vmid, cpu = cpu](const TlbPointer& pointer) {
        visit(Cpu<Concrete>(cpu), CompartmentId<Concrete>(vmid), pointer);
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

template <class Visit>
void Tlb::for_each_pointer_in(const Space& space, Visit&& visit) {
  for (unsigned level = 1; level <= leaf_level; ++level) {
    for (const auto& [first, pointers] : space.pointers[level]) {
      for (const Pointer& pointer : pointers) { visit(TlbPointer{level, Page<Concrete>(first), pointer.table}); }
    }
  }
}

}  // namespace bulkhead::hw
