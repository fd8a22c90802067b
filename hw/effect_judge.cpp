#include "hw/effect_judge.hpp"

#include <fmt/format.h>

#include "hw/descriptor.hpp"
#include "hw/walk.hpp"

namespace bulkhead::hw {
namespace {

using C = Concrete;

/// What of a page or block entry may change while it is valid: who may do what, and what is software's (DDI 0487
/// D8.16.1 asks for break-before-make where the output, its size or its attributes change).
constexpr uint64_t rights = s2::S2AP::mask | s2::XN::mask | s2::AF::mask | s2::DBM::mask;
constexpr uint64_t may_change = rights | (low_mask(9) << 55U);

bool is_valid(uint64_t word) { return static_cast<bool>(hw::is_valid<C>(Word<C>(word))); }
bool leads_to_table(uint64_t word, unsigned level) {
  return static_cast<bool>(is_table<C>(Word<C>(word), static_cast<int>(level)));
}
bool is_leaf(uint64_t word, unsigned level) {
  return static_cast<bool>(hw::is_leaf<C>(Word<C>(word), static_cast<int>(level)));
}
uint64_t output(uint64_t word) { return raw(output_frame<C>(Word<C>(word))); }

/// Whether one valid entry may take the place of another without an invalid one between.
bool only_changes_rights(uint64_t before, uint64_t word, unsigned level) {
  return is_leaf(before, level) && is_leaf(word, level) && ((before ^ word) & ~may_change) == 0;
}

/// Whether something was allowed that is no longer. Of XN, which forbids, any change that sets a bit counts.
bool takes_rights(uint64_t before, uint64_t word) {
  constexpr uint64_t allows = s2::S2AP::mask | s2::DBM::mask;
  return ((before & ~word) & allows) != 0 || ((before ^ word) & s2::XN::mask) != 0;
}

std::string in_words(const EntryPlace& entry, uint64_t vmid) {
  return fmt::format("entry {:#x} (level {}) for IPA {:#x} of VMID {}", entry.address, entry.level,
                     entry.page << page_shift, vmid);
}

std::string in_words(const EntryChange& change) { return in_words(change.entry, change.vmid); }

std::string on_cpu(uint64_t number, const EntryChange& change) {
  return fmt::format("{}, changed on cpu {}", in_words(change), number);
}

Stage2 stage2_of(uint64_t vtcr) { return hw::stage2_of(VtcrEl2<C>(vtcr)); }

uint64_t vmid_of(uint64_t vtcr, uint64_t vttbr) {
  const uint64_t vmid = vttbr >> 48U;
  return vtcr_el2::VS::is(VtcrEl2<C>(vtcr), 1) ? vmid : vmid & low_mask(8);
}

uint64_t root_of(uint64_t vtcr, uint64_t vttbr) { return raw(initial_table<C>(stage2_of(vtcr), VttbrEl2<C>(vttbr))); }

}  // namespace

EffectJudge::EffectJudge(const JudgeSetting& setting) : setting_(setting) {
  use_.set_private_end(setting.private_pages);
  if (setting.vttbr != 0) { static_cast<void>(name_stage2(cpu(0))); }
}

EffectJudge::CpuState& EffectJudge::cpu(uint64_t number) {
  return cpus_.try_emplace(number, CpuState{{}, setting_.vtcr, setting_.vttbr, 0}).first->second;
}

std::optional<uint64_t> EffectJudge::vmid_in_force(const CpuState& cpu) const {
  if (!cpu.order.stage2_in_force()) { return std::nullopt; }
  return vmid_of(cpu.vtcr, cpu.vttbr);
}

Verdict EffectJudge::judge(const Recorded& recorded) {
  const Effect& effect = recorded.effect;
  const uint64_t frame = raw(effect.frame);
  switch (effect.kind) {
    case EffectKind::load:
      return load(effect);
    case EffectKind::store:
      return store(recorded.cpu, effect);
    case EffectKind::fill:
    case EffectKind::copy:
      return overwrite(recorded.cpu, effect);
    case EffectKind::clean:
      contents_.clean(recorded.cpu, frame);
      return std::nullopt;
    case EffectKind::dc:
      if (recorded.cleans) {
        const Pa<C> line(raw(effect.value));
        contents_.clean(recorded.cpu, raw(frame_of(line)), raw(index_of(line)));
      }
      return std::nullopt;
    case EffectKind::dsb:
      dsb(recorded);
      return std::nullopt;
    case EffectKind::isb:
    case EffectKind::exception:
      cpu(recorded.cpu).order.isb();
      return std::nullopt;
    case EffectKind::tlbi:
      return tlbi(recorded);
    case EffectKind::msr:
      return msr(recorded);
    case EffectKind::lock:
      locks_ = true;
      ++cpu(recorded.cpu).locks;
      return std::nullopt;
    case EffectKind::unlock:
      return unlock(recorded.cpu);
    case EffectKind::eret:
      return eret(recorded.cpu);
    case EffectKind::ic:
      return std::nullopt;
  }
  return std::nullopt;
}

// Memory

Verdict EffectJudge::load(const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const uint64_t index = raw(effect.index);
  const uint64_t value = raw(effect.value);
  const auto known = memory_.word(frame, index);
  if (known == value) { return std::nullopt; }
  const auto entry = tables_.entry(frame, index);
  const uint64_t ignored = entry ? hardware_bits() : 0;
  if (known && ((*known ^ value) & ~ignored) != 0 && (entry || is_private_to_hypervisor(frame))) {
    return breach_of(IsolationRule::memory, fmt::format("{:#x}: holds {:#x} by what was stored, and {:#x} is loaded",
                                                        frame << page_shift | index << 3U, *known, value));
  }
  memory_.store(frame, index, value);
  return entry && !known ? learn_entry(*entry, value) : std::nullopt;
}

/// Bits of a descriptor that hardware changes by itself.
uint64_t EffectJudge::hardware_bits() const {
  const Stage2 stage2 = stage2_of(setting_.vtcr);
  return (stage2.sets_access_flag ? s2::AF::mask : 0) | (stage2.sets_dirty_state ? uint64_t{1} << 7U : 0);
}

bool EffectJudge::is_hosts_no_more(uint64_t frame) const {
  const auto host = tables_.with_vmid(0);
  return host && tables_.is_known_unmapped(*host, frame, memory_);
}

bool EffectJudge::are_hosts_no_more(uint64_t first, unsigned level) const {
  if (level < FrameUse::largest_followed) { return false; }
  for (uint64_t frame = first; frame <= (first | span_mask(level)); ++frame) {
    if (!is_hosts_no_more(frame)) { return false; }
  }
  return true;
}

bool EffectJudge::is_private_to_hypervisor(uint64_t frame) const {
  return use_.mapped(frame) == nullptr && use_.held(frame) == nullptr && is_hosts_no_more(frame);
}

Verdict EffectJudge::store(uint64_t cpu, const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const uint64_t index = raw(effect.index);
  const uint64_t value = raw(effect.value);
  if (const Target* target = use_.abandoned(frame)) {
    return breach_of(IsolationRule::revoked, fmt::format("{}: stored to, and {} that TLBs may still hold",
                                                         frame_in_words(frame), in_words(*target)));
  }
  const auto entry = tables_.entry(frame, index);
  const auto before = memory_.word(frame, index);
  memory_.store(frame, index, value);
  auto breach = entry ? store_entry(cpu, *entry, before, value) : std::nullopt;
  contents_.write(cpu, frame, index);
  use_.overwrite(frame, index);
  return breach;
}

Verdict EffectJudge::overwrite(uint64_t cpu, const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const Target* target = use_.held(frame) != nullptr ? use_.held(frame) : use_.mapped(frame);
  if (target != nullptr) {
    return breach_of(Rule::out_of_reach, fmt::format("{}: {}", frame_in_words(frame), in_words(*target)));
  }
  if (const auto tree = tables_.with_root(frame << page_shift)) {
    const uint64_t vmid = tables_.tree(*tree).vmid;
    const bool is_named = tables_.tree(*tree).is_named;
    if (is_named && !vmids_.is_clean(vmid)) {
      return breach_of(Rule::vmid_clean,
                       fmt::format("VMID {}, whose root {:#x} is overwritten", vmid, frame << page_shift));
    }
    end_stage2(*tree);
  } else if (tables_.table(frame) != nullptr) {
    return breach_of(Rule::out_of_reach, fmt::format("{}: a table that an entry leads to", frame_in_words(frame)));
  }
  if (effect.kind == EffectKind::fill) {
    memory_.fill(frame, raw(effect.value));
  } else {
    memory_.copy(frame, raw(effect.source));
  }
  contents_.write(cpu, frame);
  use_.overwrite(frame);
  return std::nullopt;
}

// Entries

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
  } else if (const auto frame = contents_.unsettled_within(first, entry.level); frame && !forces_write_back_) {
    return breach_of(Rule::cleaned, place(*frame));
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
          .writable = (word >> 7U & 1U) != 0 || s2::DBM::is<C>(Word<C>(word), 1)};
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

// Registers, barriers and invalidations

Verdict EffectJudge::msr(const Recorded& recorded) {
  const uint64_t value = raw(recorded.effect.value);
  switch (recorded.effect.reg) {
    case Register::vttbr_el2:
      return write_vttbr(recorded.cpu, value);
    case Register::hcr_el2:
      forces_write_back_ = static_cast<bool>(hcr_el2::FWB::is(HcrEl2<C>(value), 1));
      return std::nullopt;
    case Register::vtcr_el2:
      break;
  }
  // The stage-2 that was taken for granted is not this hypervisor's.
  if (!sets_own_vtcr_ && !has_named_ && setting_.vttbr != 0) {
    if (const auto tree = tables_.with_vmid(0)) { end_stage2(*tree); }
    setting_.vttbr = 0;
    for (auto& each : cpus_) { each.second.vttbr = 0; }
  }
  if (!sets_own_vtcr_) { use_.set_private_end(0); }
  sets_own_vtcr_ = true;
  setting_.vtcr = value;
  cpu(recorded.cpu).vtcr = value;
  return std::nullopt;
}

Verdict EffectJudge::write_vttbr(uint64_t number, uint64_t value) {
  CpuState& state = cpu(number);
  const auto place = [&] { return fmt::format("VTTBR_EL2 of cpu {}: {:#x} after {:#x}", number, value, state.vttbr); };
  if (!state.order.stage2_in_force()) { return breach_of(Rule::synchronised, place()); }
  if (state.order.has_open_invalidation()) { return breach_of(Rule::stage2, place()); }
  has_named_ = true;
  state.order.msr_vttbr();
  state.vttbr = value;
  return name_stage2(state);
}

Verdict EffectJudge::tlbi(const Recorded& recorded) {
  CpuState& state = cpu(recorded.cpu);
  if (!state.order.stage2_in_force()) {
    return breach_of(Rule::synchronised,
                     fmt::format("VTTBR_EL2 of cpu {}: {:#x} is not in force", recorded.cpu, state.vttbr));
  }
  const auto vmid = vmid_in_force(state);
  changes_.tlbi(recorded, vmid);
  vmids_.tlbi(recorded.cpu, recorded.effect.tlbi, vmid);
  state.order.tlbi(recorded.effect.tlbi);
  return std::nullopt;
}

void EffectJudge::dsb(const Recorded& recorded) {
  const Barrier barrier = recorded.effect.barrier;
  cpu(recorded.cpu).order.dsb(barrier);
  changes_.dsb(recorded.cpu, barrier, [this](const EntryChange& change) {
    for (const Target& target : change.held) { use_.forget(target); }
  });
  contents_.dsb(recorded.cpu, barrier);
  vmids_.dsb(recorded.cpu, barrier);
}

// The end of a call

Verdict EffectJudge::unlock(uint64_t number) {
  CpuState& state = cpu(number);
  if (state.locks > 0) { --state.locks; }
  if (state.locks > 0) { return std::nullopt; }
  if (auto breach = return_from_call(number)) { return breach; }
  if (state.order.is_synchronised()) { return std::nullopt; }
  return breach_of(Rule::synchronised, fmt::format("cpu {}, VTTBR_EL2 {:#x}", number, state.vttbr));
}

/// An exception return synchronises too. Without locks the call ends here.
Verdict EffectJudge::eret(uint64_t number) {
  CpuState& state = cpu(number);
  auto breach = locks_ ? std::nullopt : return_from_call(number);
  state.order.isb();
  vmids_.use(vmid_of(state.vtcr, state.vttbr));
  return breach;
}

Verdict EffectJudge::return_from_call(uint64_t number) {
  if (const EntryChange* change = changes_.unsettled(number)) {
    return breach_of(Rule::invalidated, on_cpu(number, *change));
  }
  if (const EntryChange* change = changes_.unpublished(number)) {
    return breach_of(Rule::published, on_cpu(number, *change));
  }
  for (const uint64_t frame : contents_.take_written(number)) {
    const Target* target = use_.mapped(frame);
    if (target == nullptr || forces_write_back_) { continue; }
    return breach_of(Rule::cleaned, fmt::format("{}: {}", frame_in_words(frame), hw::in_words(*target)));
  }
  return std::nullopt;
}

}  // namespace bulkhead::hw
