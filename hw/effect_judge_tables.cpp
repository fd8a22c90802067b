#include <fmt/format.h>

#include "hw/effect_judge.hpp"
#include "hw/recorded_words.hpp"

/// What is stored in tables, and what tables lead to.
namespace bulkhead::hw {

using namespace recorded;

Verdict EffectJudge::store_entry(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before, uint64_t word) {
  if (is_valid(word)) { return store_valid(cpu, entry, before, word); }
  store_invalid(cpu, entry, before);
  return std::nullopt;
}

Verdict EffectJudge::store_valid(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before, uint64_t word) {
  if (before == word) { return std::nullopt; }
  EntryChange* change = changes_.find(entry.address);
  const uint64_t vmid = tables_.tree(entry.tree).vmid;
  const bool was_valid = before && is_valid(*before);
  if (was_valid && only_changes_rights(*before, word, entry.level)) {
    change_rights(cpu, entry, *before, word);
    return std::nullopt;
  }
  if (was_valid || change != nullptr) { return breach_of(Rule::break_before_make, in_words(entry, vmid)); }
  if (auto breach = lead_to(entry, word)) { return breach; }
  changes_.begin(entry, cpu, vmid, false).life.store(true, true);
  vmids_.use(vmid);
  return std::nullopt;
}

/// Judges what a new valid entry leads to.
Verdict EffectJudge::lead_to(const EntryPlace& entry, uint64_t word) {
  const bool to_table = leads_to_table(word, entry.level);
  if (!to_table && !is_leaf(word, entry.level)) { return std::nullopt; }
  const auto place = [&](uint64_t frame) {
    return fmt::format("{}, by {}", frame_in_words(frame), in_words(entry, tables_.tree(entry.tree).vmid));
  };
  if (auto breach = learn_entry(entry, word)) { return breach; }
  const uint64_t first = to_table ? output(word) : output(word) & ~span_mask(entry.level);
  if (to_table) {
    if (!contents_.is_seen(first)) { return breach_of(Rule::filled, place(first)); }
  } else {
    contents_.return_to(tables_.tree(entry.tree).vmid, first, entry.level);
    const auto frame = contents_.unsettled_within(first, entry.level);
    if (frame && !forces_write_back_) { return breach_of(Rule::cleaned, place(*frame)); }
  }
  return std::nullopt;
}

void EffectJudge::store_invalid(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before) {
  EntryChange* last = changes_.find(entry.address);
  // What is not known may have been valid, unless it is on its way from having been so.
  const bool may_be_valid = before ? is_valid(*before) : last == nullptr;
  if (!may_be_valid) { return; }
  const uint64_t vmid = tables_.tree(entry.tree).vmid;
  EntryChange& change = changes_.begin(entry, cpu, vmid, true);
  change.life.store(true, false);
  if (before) {
    unlink(entry, *before, change);
  } else if (vmid == 0 && entry.level == leaf_level) {
    // The host's map is the identity.
    hold(change, {.entry = entry, .vmid = vmid, .frame = entry.page, .readable = true, .writable = true});
  }
}

/// Rights that are taken are gone when every TLB has forgotten the entry; those that are given need nothing.
void EffectJudge::change_rights(uint64_t cpu, const EntryPlace& entry, uint64_t before, uint64_t word) {
  Target target = target_of(entry, before);
  use_.unmap(target);
  static_cast<void>(use_.map(target_of(entry, word), false));
  if (!takes_rights(before, word)) { return; }
  EntryChange& change = changes_.begin(entry, cpu, target.vmid, true);
  change.life.store(true, false);
  target.is_left = true;
  hold(change, target);
}

Target EffectJudge::target_of(const EntryPlace& entry, uint64_t word) const {
  const uint64_t vmid = tables_.tree(entry.tree).vmid;
  if (leads_to_table(word, entry.level)) {
    return {.entry = entry, .vmid = vmid, .frame = output(word), .is_table = true};
  }
  return {.entry = entry,
          .vmid = vmid,
          .frame = output(word) & ~span_mask(entry.level),
          .level = entry.level,
          .readable = (word >> 6U & 1U) != 0,
          .writable = (word >> 7U & 1U) != 0 || s2::DBM::is<Concrete>(Word<Concrete>(word), 1)};
}

void EffectJudge::hold(EntryChange& change, const Target& target) {
  use_.hold(target);
  change.held.push_back(target);
}

void EffectJudge::unlink(const EntryPlace& entry, uint64_t word, EntryChange& change) {
  const bool to_table = leads_to_table(word, entry.level);
  if (!to_table && !is_leaf(word, entry.level)) { return; }
  const Target target = target_of(entry, word);
  hold(change, target);
  if (!to_table) { return use_.unmap(target); }
  const Table* table = tables_.table(target.frame);
  if (table == nullptr || table->tree != entry.tree) { return; }
  if (entry.address == change.entry.address) {
    change.is_leaf = false;
    change.opens_more = !is_empty_table(target.frame);
  }
  unlink_table(target.frame, change);
}

void EffectJudge::unlink_table(uint64_t frame, EntryChange& change) {
  std::vector<std::pair<EntryPlace, uint64_t>> entries;
  memory_.for_each(frame, [&](uint64_t index, uint64_t word) {
    const auto entry = tables_.entry(frame, index);
    if (entry && is_valid(word)) { entries.emplace_back(*entry, word); }
  });
  // First of all, since an entry may lead back to its own table.
  tables_.remove_table(frame);
  memory_.release(frame);
  for (const auto& [entry, word] : entries) { unlink(entry, word, change); }
}

bool EffectJudge::is_empty_table(uint64_t frame) const {
  uint64_t invalid = 0;
  memory_.for_each(frame, [&invalid](uint64_t, uint64_t word) { invalid += is_valid(word) ? 0 : 1; });
  return invalid == entries_per_table;
}

// What tables lead to

Verdict EffectJudge::learn_entry(const EntryPlace& entry, uint64_t word) {
  if (leads_to_table(word, entry.level)) {
    return learn_table(output(word), {.tree = entry.tree, .level = entry.level + 1, .base = entry.page});
  }
  if (!is_leaf(word, entry.level)) { return std::nullopt; }
  const Target target = target_of(entry, word);
  if (const auto table = tables_.table_within(target.frame, target.level); table && !gives_way(*table)) {
    return breach_of(IsolationRule::table_hidden,
                     fmt::format("{}: a table, and {}", frame_in_words(*table), hw::in_words(target)));
  }
  const bool is_alone =
      use_.is_private(target.vmid, entry.page) || (target.vmid != 0 && are_hosts_no_more(target.frame, target.level));
  return use_.map(target, is_alone);
}

Verdict EffectJudge::learn_table(uint64_t frame, const Table& table) {
  const uint64_t vmid = tables_.tree(table.tree).vmid;
  const std::string what = fmt::format("a table of level {} of VMID {}", table.level, vmid);
  if (auto breach = use_.become_table(frame, what)) { return breach; }
  if (const Table* other = tables_.table(frame)) {
    if (other->tree == table.tree) { return std::nullopt; }
    return breach_of(IsolationRule::table_shared, fmt::format("{}: {}, and one of VMID {}", frame_in_words(frame), what,
                                                              tables_.tree(other->tree).vmid));
  }
  tables_.add_table(frame, table);
  memory_.keep(frame);
  Verdict breach;
  memory_.for_each(frame, [&](uint64_t index, uint64_t word) {
    const auto entry = tables_.entry(frame, index);
    if (entry && !breach) { breach = learn_entry(*entry, word); }
  });
  return breach;
}

/// Whether a table is the root of a stage-2 that is over: it is empty and no CPU runs under it.
bool EffectJudge::gives_way(uint64_t frame) {
  const auto tree = tables_.with_root(frame << page_shift);
  if (!tree || !is_empty_table(frame)) { return false; }
  for (const auto& [number, cpu] : cpus_) {
    if (root_of(cpu.vtcr, cpu.vttbr) == frame << page_shift) { return false; }
  }
  end_stage2(*tree);
  return true;
}

// Stage-2 as a whole

Verdict EffectJudge::name_stage2(const CpuState& cpu) {
  const uint64_t root = root_of(cpu.vtcr, cpu.vttbr);
  if (root == 0) { return std::nullopt; }
  const uint64_t vmid = vmid_of(cpu.vtcr, cpu.vttbr);
  auto breach = name_stage2(cpu.vtcr, vmid, root);
  vmids_.use(vmid);
  return breach;
}

Verdict EffectJudge::give(uint64_t vmid, uint64_t root) { return name_stage2(setting_.vtcr, vmid, root); }

Verdict EffectJudge::name_stage2(uint64_t vtcr, uint64_t vmid, uint64_t root) {
  const auto tree = tables_.with_root(root);
  const auto last = tables_.with_vmid(vmid);
  if (last && last != tree && !vmids_.is_clean(vmid)) {
    return breach_of(IsolationRule::vmid_reused,
                     fmt::format("VMID {}: from root {:#x} to root {:#x}", vmid, tables_.tree(*last).root, root));
  }
  if (!tree) { return begin_stage2(stage2_of(vtcr), vmid, root); }
  if (last != tree) { tables_.name(*tree, vmid); }
  return std::nullopt;
}

Verdict EffectJudge::begin_stage2(const Stage2& stage2, uint64_t vmid, uint64_t root) {
  const TreeId tree = tables_.add_tree(vmid, root);
  uint64_t frame = root >> page_shift;
  for (const Table& table : initial_tables(tree, stage2, root)) {
    if (auto breach = learn_table(frame++, table)) { return breach; }
  }
  return std::nullopt;
}

void EffectJudge::end_stage2(TreeId tree) {
  uint64_t frame = tables_.tree(tree).root >> page_shift;
  EntryChange gone;
  for (const Table* table = tables_.table(frame); table != nullptr && table->tree == tree && table->level <= leaf_level;
       table = tables_.table(++frame)) {
    unlink_table(frame, gone);
  }
  for (const Target& target : gone.held) { use_.forget(target); }
  tables_.remove_tree(tree);
}

}  // namespace bulkhead::hw
