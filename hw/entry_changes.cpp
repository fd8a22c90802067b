#include "hw/entry_changes.hpp"

#include <algorithm>

namespace bulkhead::hw {
namespace {

/// Whether an invalidation of one VMID is about the entry by its IPA, as far as it names any.
bool names(const Recorded& tlbi, const EntryChange& change) {
  const Reach reach = reach_of(tlbi.effect.tlbi);
  if (!reach.one_ipa) { return true; }
  if (change.opens_more || (!change.is_leaf && !reach.pointers)) { return false; }
  const EntryPlace& entry = change.entry;
  if (tlbi.range) { return names_entry(*tlbi.range, entry.page, entry.level, change.is_leaf); }
  return static_cast<bool>(names_entry<Concrete>(tlbi.effect.value, Page<Concrete>(entry.page), entry.level));
}

}  // namespace

EntryChange* EntryChanges::find(uint64_t address) {
  if (changes_.empty()) { return nullptr; }
  const auto found = changes_.find(address);
  return found == changes_.end() ? nullptr : &found->second;
}

EntryChange& EntryChanges::begin(const EntryPlace& entry, uint64_t cpu, uint64_t vmid, bool valid) {
  of_cpu_[cpu].push_back(entry.address);
  EntryChange& change = changes_[entry.address];
  // What TLBs may hold from an earlier change stays with it.
  change.entry = entry;
  change.cpu = cpu;
  change.vmid = vmid;
  change.life = EntryLife<Concrete>(valid);
  return change;
}

void EntryChanges::tlbi(const Recorded& recorded, std::optional<uint64_t> vmid) {
  const auto mine = of_cpu_.find(recorded.cpu);
  if (mine == of_cpu_.end()) { return; }
  const bool every_vmid = reach_of(recorded.effect.tlbi).every_vmid;
  for (const uint64_t address : mine->second) {
    EntryChange* change = find(address);
    if (change == nullptr || change->cpu != recorded.cpu) { continue; }
    const bool of_vmid = every_vmid || vmid == change->vmid;
    change->life.tlbi(recorded.effect.tlbi, of_vmid && names(recorded, *change));
  }
}

template <class Predicate>
const EntryChange* EntryChanges::first(uint64_t cpu, const Predicate& predicate) const {
  const auto mine = of_cpu_.find(cpu);
  if (mine == of_cpu_.end()) { return nullptr; }
  for (const uint64_t address : mine->second) {
    const auto found = changes_.find(address);
    if (found != changes_.end() && found->second.cpu == cpu && predicate(found->second)) { return &found->second; }
  }
  return nullptr;
}

const EntryChange* EntryChanges::unsettled(uint64_t cpu) const {
  return first(cpu, [](const EntryChange& change) { return !change.life.is_settled(); });
}

const EntryChange* EntryChanges::unpublished(uint64_t cpu) const {
  return first(cpu, [](const EntryChange& change) { return change.life.is(EntryPhase::made); });
}

}  // namespace bulkhead::hw
