#include "hw/stage2_tables.hpp"

#include <fmt/format.h>

#include "hw/descriptor.hpp"

namespace bulkhead::hw {

const Table* Stage2Tables::table(uint64_t frame) const {
  const auto found = tables_.find(frame);
  return found == tables_.end() ? nullptr : &found->second;
}

std::optional<EntryPlace> Stage2Tables::entry(uint64_t frame, uint64_t index) const {
  const Table* found = table(frame);
  if (found == nullptr || index < found->first_index || index - found->first_index >= found->entries) {
    return std::nullopt;
  }
  const uint64_t page = found->base + ((index - found->first_index) << span_shift(found->level));
  return EntryPlace{found->tree, found->level, page, frame << page_shift | index << 3U};
}

std::optional<TreeId> Stage2Tables::with_root(uint64_t root) const {
  const auto found = by_root_.find(root);
  return found == by_root_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<TreeId> Stage2Tables::with_vmid(uint64_t vmid) const {
  const auto found = by_vmid_.find(vmid);
  return found == by_vmid_.end() ? std::nullopt : std::optional(found->second);
}

TreeId Stage2Tables::add_tree(uint64_t vmid, uint64_t root) {
  const TreeId id = next_++;
  trees_[id] = {vmid, root, false};
  by_root_[root] = id;
  name(id, vmid);
  return id;
}

void Stage2Tables::name(TreeId id, uint64_t vmid) {
  if (const auto last = with_vmid(vmid)) { trees_[*last].is_named = false; }
  if (trees_[id].is_named) { by_vmid_.erase(trees_[id].vmid); }
  trees_[id].vmid = vmid;
  trees_[id].is_named = true;
  by_vmid_[vmid] = id;
}

void Stage2Tables::remove_tree(TreeId id) {
  const Tree& gone = tree(id);
  by_root_.erase(gone.root);
  if (gone.is_named) { by_vmid_.erase(gone.vmid); }
  trees_.erase(id);
}

std::optional<uint64_t> Stage2Tables::table_within(uint64_t first, unsigned level) const {
  const uint64_t last = first | span_mask(level);
  if (last - first < tables_.size()) {
    for (uint64_t frame = first; frame <= last; ++frame) {
      if (table(frame) != nullptr) { return frame; }
    }
    return std::nullopt;
  }
  for (const auto& [frame, found] : tables_) {
    if (frame >= first && frame <= last) { return frame; }
  }
  return std::nullopt;
}

bool Stage2Tables::is_known_unmapped(TreeId id, uint64_t page, const KnownMemory& memory) const {
  uint64_t frame = tree(id).root >> page_shift;
  const Table* at = table(frame);
  while (at != nullptr) {
    uint64_t index = at->first_index + ((page - at->base) >> span_shift(at->level));
    // Initial tables stand one behind the other.
    frame += index >> index_bits;
    index &= low_mask(index_bits);
    if (!entry(frame, index)) { return page >= at->base; }
    const auto word = memory.word(frame, index);
    if (!word) { return false; }
    const Word<Concrete> descriptor(*word);
    if (!is_table<Concrete>(descriptor, static_cast<int>(at->level))) {
      return !static_cast<bool>(is_valid<Concrete>(descriptor));
    }
    frame = raw(output_frame<Concrete>(descriptor));
    const unsigned level = at->level;
    at = table(frame);
    // An entry may lead back to a table that is known at another level.
    if (at != nullptr && at->level != level + 1) { return false; }
  }
  return false;
}

std::string in_words(const EntryPlace& entry, uint64_t vmid) {
  return fmt::format("entry {:#x} (level {}) for IPA {:#x} of VMID {}", entry.address, entry.level,
                     entry.page << page_shift, vmid);
}

std::vector<Table> initial_tables(TreeId tree, const Stage2& stage2, uint64_t root) {
  const auto level = static_cast<unsigned>(stage2.start_level);
  const unsigned bits = stage2.initial_index_bits();
  if (bits < index_bits) {
    const uint64_t first = extract<Index<Concrete>, 11, 3>(Word<Concrete>(root)).bits();
    return {{tree, level, 0, first, uint64_t{1} << bits}};
  }
  std::vector<Table> tables;
  for (uint64_t i = 0; i < uint64_t{1} << (bits - index_bits); ++i) {
    tables.push_back({tree, level, i << (index_bits + span_shift(level)), 0, entries_per_table});
  }
  return tables;
}

}  // namespace bulkhead::hw
