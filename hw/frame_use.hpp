#pragma once

#include <bitset>
#include <memory>

#include "hw/breach.hpp"
#include "hw/frame_ranges.hpp"
#include "hw/stage2_tables.hpp"

/// Who may reach which frame, by entries as they are and by those that TLBs may still hold.
namespace bulkhead::hw {

/// A page or block as an entry maps it, or a table that an entry leads to.
struct Target {
  EntryPlace entry;
  uint64_t vmid = 0;
  uint64_t frame = 0;  ///< the first, of as many as an entry of `level` spans
  unsigned level = leaf_level;
  bool readable = false;
  bool writable = false;
  bool is_table = false;
  bool is_left = false;  ///< the entry still leads there, with fewer rights
};

class FrameUse {
 public:
  static constexpr unsigned largest_followed = 2;  ///< blocks of level 1 (1 GiB) are not followed frame by frame

  /// Pages of guests below this one are private: the host may not reach them too.
  void set_private_end(uint64_t page) { private_end_ = page; }
  bool is_private(uint64_t vmid, uint64_t page) const { return vmid != 0 && page < private_end_; }

  /// An entry maps a frame: why it may not; otherwise it does from now on. `alone`: that nobody else is known to
  /// reach the frame, the host neither.
  Verdict map(const Target& target, bool alone);
  /// It does so no more.
  void unmap(const Target& target);
  /// A frame becomes a table of a stage-2 of the VMID: why it may not.
  Verdict become_table(uint64_t frame, const std::string& table) const;

  /// The guest lets the host reach a frame that is mapped for it, until an entry of the host that led there, or all
  /// that led there, is gone.
  void share(uint64_t vmid, uint64_t frame);

  /// TLBs may still lead where an entry did.
  void hold(const Target& target) { held_.add(target.frame, target.level, target); }
  /// They do no more.
  void forget(const Target& target);

  /// Whether it led to a page that nothing leads to under its VMID now.
  bool is_left_by(const Target& gone) const;

  /// What leads to the frame, of entries as they are, and of what TLBs may still hold.
  const Target* mapped(uint64_t frame) const { return mapped_.find(frame, leaf_level); }
  const Target* held(uint64_t frame) const { return held_.empty() ? nullptr : held_.find(frame, leaf_level); }
  /// As `held`, but where the entry itself leads elsewhere or nowhere.
  const Target* abandoned(uint64_t frame) const;

  /// A word of the frame, or all, is written.
  void overwrite(uint64_t frame, uint64_t index);
  void overwrite(uint64_t frame);

 private:
  /// What one guest alone could reach and nobody overwrote since.
  struct Secret {
    TreeId tree;
    uint64_t vmid;
    std::unique_ptr<std::bitset<entries_per_table>> overwritten;
  };

  /// An entry is gone, and with it what a guest shared that the host reached by it, or that nobody reaches now.
  void end_sharing(const Target& gone);
  /// Whether the host may reach a private page: an entry of one of them is given.
  bool is_shared(uint64_t vmid, const Target& hosts) const;
  const Target* conflict(const Target& target, IsolationRule& rule) const;
  Verdict pass_on(const Target& target, bool alone);
  Verdict pass_on(const Target& target, uint64_t frame, bool alone);
  bool is_mapped_by(TreeId tree, uint64_t frame) const;

  uint64_t private_end_ = 0;
  FrameRanges<Target> mapped_;
  FrameRanges<Target> held_;
  std::unordered_map<uint64_t, Secret> secrets_;   ///< by frame
  std::unordered_map<uint64_t, uint64_t> sharer_;  ///< by frame: the VMID of the guest that lets the host reach it
};

/// Where a target leads and by which entry, in words.
std::string in_words(const Target& target);
/// The address of a frame, in words.
std::string frame_in_words(uint64_t frame);

}  // namespace bulkhead::hw
