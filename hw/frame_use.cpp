#include "hw/frame_use.hpp"

#include <fmt/format.h>

namespace bulkhead::hw {
namespace {

bool is_same(const Target& a, const Target& b) { return a.entry.address == b.entry.address; }

}  // namespace

std::string frame_in_words(uint64_t frame) { return fmt::format("frame {:#x}", frame << page_shift); }

std::string in_words(const Target& target) {
  const bool is_block = !target.is_table && target.level != leaf_level;
  return fmt::format("{}IPA {:#x} of VMID {} (entry {:#x}, level {})", is_block ? "the block at " : "",
                     target.entry.page << page_shift, target.vmid, target.entry.address, target.entry.level);
}

Verdict FrameUse::map(const Target& target, bool alone) {
  IsolationRule rule{};
  if (const Target* other = conflict(target, rule)) {
    const std::string_view how = rule == IsolationRule::revoked ? "that TLBs may still hold" : "that is mapped";
    return breach_of(
        rule, fmt::format("{}: {}, and {} {}", frame_in_words(target.frame), in_words(target), in_words(*other), how));
  }
  if (auto breach = pass_on(target, alone)) { return breach; }
  mapped_.add(target.frame, target.level, target);
  return std::nullopt;
}

const Target* FrameUse::conflict(const Target& target, IsolationRule& rule) const {
  const auto is_other = [&target](uint64_t, const Target& t) { return t.entry.tree != target.entry.tree; };
  if (!held_.empty()) {
    rule = IsolationRule::revoked;
    if (const Target* found = held_.find(target.frame, target.level, is_other)) { return found; }
  }
  rule = IsolationRule::one_writer;
  const auto writes_too = [&](uint64_t first, const Target& t) {
    return is_other(first, t) && t.writable && target.writable && t.vmid != 0 && target.vmid != 0;
  };
  if (const Target* found = mapped_.find(target.frame, target.level, writes_too)) { return found; }
  rule = IsolationRule::host_excluded;
  return mapped_.find(target.frame, target.level, [&](uint64_t, const Target& t) {
    const Target& hosts = t.vmid == 0 ? t : target;
    const Target& guests = t.vmid == 0 ? target : t;
    return hosts.vmid == 0 && is_private(guests.vmid, guests.entry.page) && !is_shared(guests.vmid, hosts);
  });
}

void FrameUse::share(uint64_t vmid, uint64_t frame) {
  const bool is_its_own =
      mapped_.find(frame, leaf_level, [vmid](uint64_t, const Target& t) { return t.vmid == vmid; }) != nullptr;
  if (is_its_own) { sharer_[frame] = vmid; }
}

void FrameUse::end_sharing(const Target& gone) {
  if (sharer_.empty() || gone.level != leaf_level) { return; }
  if (gone.vmid == 0 || mapped(gone.frame) == nullptr) { sharer_.erase(gone.frame); }
}

bool FrameUse::is_left_by(const Target& gone) const {
  if (gone.is_table || gone.level != leaf_level) { return false; }
  return mapped_.find(gone.frame, leaf_level, [&gone](uint64_t, const Target& t) { return t.vmid == gone.vmid; }) ==
         nullptr;
}

bool FrameUse::is_shared(uint64_t vmid, const Target& hosts) const {
  const auto sharer = sharer_.find(hosts.frame);
  return hosts.level == leaf_level && sharer != sharer_.end() && sharer->second == vmid;
}

Verdict FrameUse::pass_on(const Target& target, bool alone) {
  if (target.level < largest_followed) { return std::nullopt; }
  for (uint64_t frame = target.frame; frame <= (target.frame | span_mask(target.level)); ++frame) {
    if (auto breach = pass_on(target, frame, alone)) { return breach; }
  }
  return std::nullopt;
}

Verdict FrameUse::pass_on(const Target& target, uint64_t frame, bool alone) {
  const auto found = secrets_.find(frame);
  if (found != secrets_.end() && found->second.tree != target.entry.tree) {
    if (!is_mapped_by(found->second.tree, frame)) {
      return breach_of(IsolationRule::scrubbed,
                       fmt::format("{}: last reached under VMID {} alone, now {}", frame_in_words(frame),
                                   found->second.vmid, in_words(target)));
    }
    secrets_.erase(found);
    return std::nullopt;
  }
  const bool is_alone = alone && target.vmid != 0 && mapped_.find(frame, leaf_level, [&](uint64_t, const Target& t) {
    return t.entry.tree != target.entry.tree;
  }) == nullptr;
  if (is_alone) { secrets_[frame] = {target.entry.tree, target.vmid, nullptr}; }
  return std::nullopt;
}

void FrameUse::unmap(const Target& target) {
  mapped_.remove(target.frame, target.level, [&target](const Target& t) { return is_same(t, target); });
  end_sharing(target);
  // Where the host shared a frame with one guest, that one has it alone now.
  if (target.vmid != 0 || target.level != leaf_level) { return; }
  const Target* left = mapped(target.frame);
  if (left == nullptr || left->vmid == 0) { return; }
  const bool alone = mapped_.find(target.frame, leaf_level, [left](uint64_t, const Target& t) {
    return t.entry.tree != left->entry.tree;
  }) == nullptr;
  if (alone) { secrets_[target.frame] = {left->entry.tree, left->vmid, nullptr}; }
}

Verdict FrameUse::become_table(uint64_t frame, const std::string& table) const {
  if (const Target* other = held(frame)) {
    return breach_of(IsolationRule::revoked, fmt::format("{}: {}, and {} that TLBs may still hold",
                                                         frame_in_words(frame), table, in_words(*other)));
  }
  if (const Target* other = mapped(frame)) {
    return breach_of(IsolationRule::table_hidden,
                     fmt::format("{}: {}, and {} that is mapped", frame_in_words(frame), table, in_words(*other)));
  }
  const auto secret = secrets_.find(frame);
  if (secret == secrets_.end()) { return std::nullopt; }
  return breach_of(IsolationRule::scrubbed, fmt::format("{}: last reached under VMID {} alone, now {}",
                                                        frame_in_words(frame), secret->second.vmid, table));
}

void FrameUse::forget(const Target& target) {
  held_.remove(target.frame, target.level, [&target](const Target& t) { return is_same(t, target); });
}

const Target* FrameUse::abandoned(uint64_t frame) const {
  if (held_.empty()) { return nullptr; }
  return held_.find(frame, leaf_level, [](uint64_t, const Target& t) { return !t.is_left; });
}

void FrameUse::overwrite(uint64_t frame, uint64_t index) {
  if (secrets_.empty()) { return; }
  const auto secret = secrets_.find(frame);
  if (secret == secrets_.end() || is_mapped_by(secret->second.tree, frame)) { return; }
  auto& overwritten = secret->second.overwritten;
  if (!overwritten) { overwritten = std::make_unique<std::bitset<entries_per_table>>(); }
  overwritten->set(index);
  if (overwritten->all()) { secrets_.erase(secret); }
}

void FrameUse::overwrite(uint64_t frame) {
  const auto secret = secrets_.find(frame);
  if (secret != secrets_.end() && !is_mapped_by(secret->second.tree, frame)) { secrets_.erase(secret); }
}

bool FrameUse::is_mapped_by(TreeId tree, uint64_t frame) const {
  return mapped_.find(frame, leaf_level, [tree](uint64_t, const Target& t) { return t.entry.tree == tree; }) != nullptr;
}

}  // namespace bulkhead::hw
