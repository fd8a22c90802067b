#include "hw/tlb.hpp"

#include <algorithm>

#include "hw/invalidation.hpp"

namespace bulkhead::hw {
namespace {

uint64_t first_page(uint64_t page, unsigned level) { return page & ~span_mask(level); }

}  // namespace

bool operator==(const TlbLeaf& a, const TlbLeaf& b) {
  return raw(a.frame) == raw(b.frame) && a.level == b.level && a.readable == b.readable && a.writable == b.writable &&
         a.executable_el1 == b.executable_el1 && a.executable_el0 == b.executable_el0;
}

void Tlb::on_effect(const Effect<Concrete>& effect, const Hardware<Concrete>& hardware) {
  const uint64_t cpu = raw(hardware.cpu());
  if (effect.kind == EffectKind::tlbi) {
    const auto vttbr = widen<VttbrEl2<Concrete>>(hardware.vttbr(hardware.cpu()));
    pending_[cpu].push_back({effect.tlbi, raw(vttbr_el2::VMID::get(vttbr)), effect.value, ++now_});
  } else if (effect.kind == EffectKind::dsb) {
    complete(cpu, effect.barrier);
  }
}

bool Tlb::touch(Cpu<Concrete> cpu, VttbrEl2<Concrete> vttbr, Page<Concrete> page, const Hardware<Concrete>& hardware) {
  const auto read = [&hardware](Pa<Concrete> pa) { return hardware.memory().load(frame_of(pa), index_of(pa)); };
  const WalkResult<Concrete> found = walk<Concrete>(stage2_, vttbr, address_of(page), AccessKind::read_el1, read);
  if (!found.is_mapped()) { return false; }
  const auto level = static_cast<unsigned>(found.level);
  const TlbLeaf leaf{.frame = Frame<Concrete>(first_page(raw(found.frame()), level)),
                     .level = level,
                     .readable = static_cast<bool>(found.readable),
                     .writable = static_cast<bool>(found.writable),
                     .executable_el1 = static_cast<bool>(found.executable_el1),
                     .executable_el0 = static_cast<bool>(found.executable_el0)};
  Space& space = spaces_[raw(vttbr_el2::VMID::get(vttbr))][raw(cpu)];
  std::vector<Entry>& entries = space.stage2[leaf.level][first_page(raw(page), leaf.level)];
  const auto same = std::find_if(entries.begin(), entries.end(), [&leaf](const Entry& e) { return e.leaf == leaf; });
  ++now_;
  if (same == entries.end()) {
    entries.push_back({leaf, now_});
  } else {
    same->filled = now_;
  }
  return true;
}

void Tlb::complete(uint64_t cpu, Barrier barrier) {
  const auto found = pending_.find(cpu);
  if (found == pending_.end()) { return; }
  std::vector<Pending>& pending = found->second;
  ++now_;
  for (const Pending& op : pending) {
    if (completes(barrier, op.op)) { apply(cpu, op); }
  }
  pending.erase(
      std::remove_if(pending.begin(), pending.end(), [&](const Pending& op) { return completes(barrier, op.op); }),
      pending.end());
}

void Tlb::apply(uint64_t cpu, const Pending& pending) {
  if (reach_of(pending.op).every_vmid) {
    for (auto& of_vmid : spaces_) {
      for (auto& space : of_vmid.second) { apply(space.second, pending); }
    }
    return;
  }
  const auto of_vmid = spaces_.find(pending.vmid);
  if (of_vmid == spaces_.end()) { return; }
  for (auto& [of_cpu, space] : of_vmid->second) {
    if (of_cpu == cpu || !reach_of(pending.op).local) { apply(space, pending); }
  }
}

void Tlb::apply(Space& space, const Pending& pending) const {
  const auto is_old = [&pending](const Entry& entry) { return entry.filled < pending.issued; };
  const auto drop_combined = [&] {
    const auto is_old_combined = [&](const Combined& combined) { return is_old(combined.entry); };
    space.combined.erase(std::remove_if(space.combined.begin(), space.combined.end(), is_old_combined),
                         space.combined.end());
  };
  const Reach reach = reach_of(pending.op);
  if (reach.one_ipa) { return invalidate_page(space, pending); }
  if (reach.combined) { drop_combined(); }
  if (!reach.leaves) { return; }
  for (auto& of_level : space.stage2) {
    for (auto entries = of_level.begin(); entries != of_level.end();) {
      std::erase_if(entries->second, is_old);
      entries = entries->second.empty() ? of_level.erase(entries) : std::next(entries);
    }
  }
}

void Tlb::keep_combined(Space& space, const Combined& kept) {
  const auto is_same = [&kept](const Combined& c) { return c.page == kept.page && c.entry.leaf == kept.entry.leaf; };
  const auto same = std::find_if(space.combined.begin(), space.combined.end(), is_same);
  if (same == space.combined.end()) {
    space.combined.push_back(kept);
  } else {
    same->entry.filled = kept.entry.filled;
  }
}

void Tlb::invalidate_page(Space& space, const Pending& pending) const {
  const auto named = truncate<Page<Concrete>>(ipas2::PageNumber::get(pending.operand));
  const uint64_t page = raw(named);
  for (unsigned level = 1; level <= leaf_level; ++level) {
    if (!names_entry<Concrete>(pending.operand, named, level)) { continue; }
    const auto found = space.stage2[level].find(first_page(page, level));
    if (found == space.stage2[level].end()) { continue; }
    std::erase_if(found->second, [&](const Entry& entry) {
      if (entry.filled >= pending.issued) { return false; }
      keep_combined(space, {found->first, {entry.leaf, now_}});
      return true;
    });
    if (found->second.empty()) { space.stage2[level].erase(found); }
  }
}

void Tlb::collect(const Space& space, uint64_t page, std::vector<TlbLeaf>& leaves) {
  const auto add = [&](TlbLeaf leaf) {
    leaf.frame = Frame<Concrete>(raw(leaf.frame) | (page & span_mask(leaf.level)));
    if (std::find(leaves.begin(), leaves.end(), leaf) == leaves.end()) { leaves.push_back(leaf); }
  };
  for (unsigned level = 1; level <= leaf_level; ++level) {
    const auto found = space.stage2[level].find(first_page(page, level));
    if (found == space.stage2[level].end()) { continue; }
    for (const Entry& entry : found->second) { add(entry.leaf); }
  }
  for (const Combined& combined : space.combined) {
    if (combined.page == first_page(page, combined.entry.leaf.level)) { add(combined.entry.leaf); }
  }
}

std::vector<TlbLeaf> Tlb::cached(Cpu<Concrete> cpu, CompartmentId<Concrete> vmid, Page<Concrete> page) const {
  std::vector<TlbLeaf> leaves;
  const auto of_vmid = spaces_.find(raw(vmid));
  if (of_vmid == spaces_.end()) { return leaves; }
  const auto space = of_vmid->second.find(raw(cpu));
  if (space != of_vmid->second.end()) { collect(space->second, raw(page), leaves); }
  return leaves;
}

std::vector<TlbLeaf> Tlb::cached(CompartmentId<Concrete> vmid, Page<Concrete> page) const {
  std::vector<TlbLeaf> leaves;
  const auto of_vmid = spaces_.find(raw(vmid));
  if (of_vmid == spaces_.end()) { return leaves; }
  for (const auto& space : of_vmid->second) { collect(space.second, raw(page), leaves); }
  return leaves;
}

}  // namespace bulkhead::hw
