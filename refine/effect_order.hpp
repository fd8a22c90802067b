#pragma once

#include <vector>

#include "impl/engine.hpp"
#include "refine/symbolic.hpp"

/// What the order of a call's effects says about tables and TLBs: which stores changed an entry, and what was
/// invalidated when. Entries are read as hardware does, through hw/.
namespace bulkhead::refine {

/// A store to a table entry, and what stood there before.
struct EntryStore {
  size_t position;  ///< among the effects
  Frame<Symbolic> table;
  Index<Symbolic> index;
  Word<Symbolic> old;
  Word<Symbolic> value;
};

/// The effects of one call in order, against the state of the engine before it. Both must outlive this.
class EffectOrder {
 public:
  EffectOrder(const impl::Engine<Symbolic>& before, Cpu<Symbolic> cpu,
              const std::vector<hw::Effect<Symbolic>>& effects);

  size_t size() const { return effects_.size(); }
  const std::vector<EntryStore>& entry_stores() const { return entry_stores_; }

  /// Whether a DSB between two positions waits for the stores before it (DDI 0487 B2.3.12).
  bool stores_complete_between(size_t from, size_t to) const;
  /// Whether an ISB stands between two positions.
  bool synchronised_between(size_t from, size_t to) const;
  /// Whether an invalidation is complete, and an ISB after that keeps this CPU from what it had fetched or translated.
  bool seen_by_this_cpu(size_t tlbi) const;
  /// Whether a TLBI before the position is not complete there.
  bool has_open_invalidation(size_t position) const;
  /// Whether, between two positions, all that TLBs hold of a VMID is invalidated on every CPU, and that is complete:
  /// DSB, TLBI, DSB (DDI 0487 D8.14.5).
  SymBool vmid_invalidated(CompartmentId<Symbolic> vmid, size_t from, size_t to) const;
  /// Whether what TLBs may hold of the entry that a store made invalid is gone before `to`.
  SymBool entry_invalidated(const EntryStore& store, size_t to) const;

 private:
  using Kind = hw::EffectKind;
  bool is(size_t position, Kind kind) const { return effects_[position].kind == kind; }
  bool invalidations_complete_between(size_t from, size_t to) const;
  SymBool acts_on(size_t tlbi, CompartmentId<Symbolic> vmid) const;
  SymBool page_invalidated(CompartmentId<Symbolic> vmid, Page<Symbolic> page, size_t from, size_t to) const;
  SymBool combined_invalidated(CompartmentId<Symbolic> vmid, size_t from, size_t to) const;

  const impl::Engine<Symbolic>& before_;
  Cpu<Symbolic> cpu_;
  const std::vector<hw::Effect<Symbolic>>& effects_;
  std::vector<EntryStore> entry_stores_;
};

}  // namespace bulkhead::refine
