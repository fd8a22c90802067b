#include "hw/tlb.hpp"

#include <algorithm>

#include "hw/invalidation.hpp"

namespace bulkhead::hw {
namespace {

uint64_t first_page(uint64_t page, unsigned level) { return page & ~span_mask(level); }

/// The first page that the table of a level translates which serves the page.
uint64_t first_page_of_table(uint64_t page, unsigned level) { return first_page(page, level - 1); }

/// Whether the tables are such as entries are kept of: the engine's.
bool is_kept(const Stage2& stage2) {
  constexpr unsigned pages_and_blocks = 0b1100;  // Stage2::block_levels: levels 1 and 2
  return stage2.consistent && stage2.granule == Granule::kib4 && stage2.start_level == 0 &&
         stage2.ipa_bits == address_bits && stage2.pa_bits == address_bits && stage2.high_bits == HighBits::none &&
         !stage2.high_base && stage2.block_levels == pages_and_blocks;
}

/// What a walk finds that is led on by tables down to a level and reads this entry there.
WalkResult<Concrete> end_of_walk(const Stage2& stage2, Page<Concrete> page, unsigned level, Word<Concrete> entry) {
  constexpr uint64_t any_table = 0b11;
  unsigned at = 0;
  const auto read = [&](Pa<Concrete>) { return at++ < level ? Word<Concrete>(any_table) : entry; };
  return walk<Concrete>(stage2, VttbrEl2<Concrete>(0), address_of(page), AccessKind::read_el1, read);
}

/// The operand of a TLBI by IPA promises at which level the walk ends.
bool promises_level(Word<Concrete> operand) {
  return ipas2::Granule::get(operand) != Word<Concrete>(0) && ipas2::Level::get(operand) != Word<Concrete>(0);
}

}  // namespace

bool operator==(const TlbLeaf& a, const TlbLeaf& b) {
  return raw(a.frame) == raw(b.frame) && a.level == b.level && a.readable == b.readable && a.writable == b.writable &&
         a.executable_el1 == b.executable_el1 && a.executable_el0 == b.executable_el0;
}

bool operator==(const TlbPointer& a, const TlbPointer& b) {
  return a.level == b.level && raw(a.first) == raw(b.first) && raw(a.table) == raw(b.table);
}

Tlb::Tlb(const Stage2& stage2) : stage2_(stage2) {
  if (!is_kept(stage2)) {
    throw Fault("the TLB is of tables with a 4 KiB granule and four levels of 48-bit addresses");
  }
}

uint64_t Tlb::vmid_of(VttbrEl2<Concrete> vttbr) const {
  return raw(vttbr_el2::VMID::get(vttbr)) & low_mask(stage2_.vmid_bits);
}

void Tlb::on_effect(const Effect<Concrete>& effect, const Hardware<Concrete>& hardware) {
  const uint64_t cpu = raw(hardware.cpu());
  if (effect.kind == EffectKind::tlbi) {
    const auto vttbr = widen<VttbrEl2<Concrete>>(hardware.vttbr(hardware.cpu()));
    pending_[cpu].push_back({effect.tlbi, vmid_of(vttbr), effect.value, stores_complete_[cpu], ++now_});
  } else if (effect.kind == EffectKind::dsb) {
    complete(cpu, effect.barrier);
    if (completes_stores(effect.barrier)) { stores_complete_[cpu] = ++now_; }
  }
}

bool Tlb::touch(Cpu<Concrete> cpu, VttbrEl2<Concrete> vttbr, Page<Concrete> page, const Hardware<Concrete>& hardware) {
  ++now_;
  Space& space = spaces_[vmid_of(vttbr)][raw(cpu)];
  bool found = look_up(space, page, frame_of(initial_table<Concrete>(stage2_, vttbr)), 0, hardware);
  // The tables of a level are those that pointers were held to before, and those that the levels above have just led
  // to.
  for (unsigned level = 1; level <= leaf_level; ++level) {
    const auto pointers = space.pointers[level].find(first_page_of_table(raw(page), level));
    if (pointers == space.pointers[level].end()) { continue; }
    for (const Pointer& pointer : pointers->second) {
      found = look_up(space, page, pointer.table, level, hardware) || found;
    }
  }
  return found;
}

/// Reads the entry of a table for the page, and caches what it is. Whether it is a translation.
bool Tlb::look_up(Space& space, Page<Concrete> page, Frame<Concrete> table, unsigned level,
                  const Hardware<Concrete>& hardware) {
  const int at = static_cast<int>(level);
  const Word<Concrete> entry = hardware.memory().load(table, index_at<Concrete>(page, at));
  if (!is_valid<Concrete>(entry)) { return false; }
  if (is_table<Concrete>(entry, at)) {
    const Page<Concrete> first(first_page_of_table(raw(page), level + 1));
    fill_pointer(space, {level + 1, first, output_frame<Concrete>(entry)});
    return false;
  }
  const WalkResult<Concrete> found = end_of_walk(stage2_, page, level, entry);
  if (!found.is_mapped()) { return false; }
  fill(space, page,
       {.frame = Frame<Concrete>(first_page(raw(found.frame()), level)),
        .level = level,
        .readable = static_cast<bool>(found.readable),
        .writable = static_cast<bool>(found.writable),
        .executable_el1 = static_cast<bool>(found.executable_el1),
        .executable_el0 = static_cast<bool>(found.executable_el0)});
  return true;
}

void Tlb::fill(Space& space, Page<Concrete> page, const TlbLeaf& leaf) {
  std::vector<Entry>& entries = space.stage2[leaf.level][first_page(raw(page), leaf.level)];
  const auto same = std::find_if(entries.begin(), entries.end(), [&leaf](const Entry& e) { return e.leaf == leaf; });
  if (same == entries.end()) {
    entries.push_back({leaf, now_});
    held_.add(leaf.frame, leaf.level);
  } else {
    same->filled = now_;
  }
}

void Tlb::fill_pointer(Space& space, const TlbPointer& pointer) {
  std::vector<Pointer>& pointers = space.pointers[pointer.level][raw(pointer.first)];
  const auto same = std::find_if(pointers.begin(), pointers.end(),
                                 [&pointer](const Pointer& p) { return raw(p.table) == raw(pointer.table); });
  if (same == pointers.end()) {
    pointers.push_back({pointer.table, now_});
    held_.add(pointer.table, leaf_level);
  } else {
    same->filled = now_;
  }
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
  const Reach reach = reach_of(pending.op);
  for (auto& [vmid, of_vmid] : spaces_) {
    if (vmid != pending.vmid && !reach.every_vmid) { continue; }
    for (auto& [of_cpu, space] : of_vmid) {
      if (of_cpu == cpu || !reach.local) { apply(space, pending); }
    }
  }
}

void Tlb::apply(Space& space, const Pending& pending) {
  const Reach reach = reach_of(pending.op);
  if (reach.one_ipa) {
    if (reach.leaves) { invalidate_page(space, pending); }
    if (reach.pointers) { invalidate_pointers(space, pending); }
    return;
  }
  if (reach.combined) { drop_combined(space, pending); }
  if (reach.leaves) { drop(space.stage2, pending); }
  if (reach.pointers) { drop(space.pointers, pending); }
}

bool Tlb::drop_if_old(const Entry& entry, const Pending& pending) {
  if (entry.filled >= pending.since) { return false; }
  held_.remove(entry.leaf.frame, entry.leaf.level);
  return true;
}

bool Tlb::drop_if_old(const Pointer& pointer, const Pending& pending) {
  if (pointer.filled >= pending.since) { return false; }
  held_.remove(pointer.table, leaf_level);
  return true;
}

template <class E>
void Tlb::drop(std::array<ByPage<E>, leaf_level + 1>& entries, const Pending& pending) {
  for (auto& of_level : entries) {
    for (auto of_page = of_level.begin(); of_page != of_level.end();) {
      std::erase_if(of_page->second, [&](const E& entry) { return drop_if_old(entry, pending); });
      of_page = of_page->second.empty() ? of_level.erase(of_page) : std::next(of_page);
    }
  }
}

void Tlb::drop_combined(Space& space, const Pending& pending) {
  std::erase_if(space.combined, [&](const Combined& combined) {
    const bool alone = !reach_of(pending.op).leaves;
    if (alone && combined.made >= pending.issued) { return false; }
    return drop_if_old(combined.entry, pending);
  });
}

void Tlb::keep_combined(Space& space, const Combined& kept) {
  const auto is_same = [&kept](const Combined& c) { return c.page == kept.page && c.entry.leaf == kept.entry.leaf; };
  const auto same = std::find_if(space.combined.begin(), space.combined.end(), is_same);
  if (same == space.combined.end()) {
    space.combined.push_back(kept);
    held_.add(kept.entry.leaf.frame, kept.entry.leaf.level);
  } else {
    same->entry.filled = std::max(same->entry.filled, kept.entry.filled);
    same->made = kept.made;
  }
}

void Tlb::invalidate_page(Space& space, const Pending& pending) {
  const auto named = truncate<Page<Concrete>>(ipas2::PageNumber::get(pending.operand));
  const uint64_t page = raw(named);
  for (unsigned level = 1; level <= leaf_level; ++level) {
    if (!names_entry<Concrete>(pending.operand, named, level)) { continue; }
    const auto found = space.stage2[level].find(first_page(page, level));
    if (found == space.stage2[level].end()) { continue; }
    std::erase_if(found->second, [&](const Entry& entry) {
      if (!drop_if_old(entry, pending)) { return false; }
      keep_combined(space, {found->first, entry, now_});
      return true;
    });
    if (found->second.empty()) { space.stage2[level].erase(found); }
  }
}

void Tlb::invalidate_pointers(Space& space, const Pending& pending) {
  if (promises_level(pending.operand)) { return; }
  const uint64_t page = raw(ipas2::PageNumber::get(pending.operand));
  for (unsigned level = 1; level <= leaf_level; ++level) {
    const auto found = space.pointers[level].find(first_page_of_table(page, level));
    if (found == space.pointers[level].end()) { continue; }
    std::erase_if(found->second, [&](const Pointer& pointer) { return drop_if_old(pointer, pending); });
    if (found->second.empty()) { space.pointers[level].erase(found); }
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

std::vector<TlbPointer> Tlb::pointers(CompartmentId<Concrete> vmid, Page<Concrete> page) const {
  std::vector<TlbPointer> pointers;
  const auto of_vmid = spaces_.find(raw(vmid));
  if (of_vmid == spaces_.end()) { return pointers; }
  const auto add = [&pointers](const TlbPointer& pointer) {
    if (std::find(pointers.begin(), pointers.end(), pointer) == pointers.end()) { pointers.push_back(pointer); }
  };
  for (const auto& [cpu, space] : of_vmid->second) {
    for (unsigned level = 1; level <= leaf_level; ++level) {
      const uint64_t first = first_page_of_table(raw(page), level);
      const auto found = space.pointers[level].find(first);
      if (found == space.pointers[level].end()) { continue; }
      for (const Pointer& pointer : found->second) { add({level, Page<Concrete>(first), pointer.table}); }
    }
  }
  return pointers;
}

}  // namespace bulkhead::hw
