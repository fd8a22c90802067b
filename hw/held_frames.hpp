#pragma once

#include <array>
#include <unordered_map>

#include "model/concrete.hpp"

namespace bulkhead::hw {

/// Counts how many entries of TLBs lead to each frame, so that whether any does is asked without a search.
class HeldFrames {
 public:
  /// An entry that leads to as many frames as an entry of a table of the level spans, from `first` on.
  void add(Frame<Concrete> first, unsigned level) { ++counts_[level][raw(first)]; }
  /// One that was added is gone.
  void remove(Frame<Concrete> first, unsigned level) {
    const auto count = counts_[level].find(raw(first));
    if (count == counts_[level].end()) { throw Fault("an entry that leaves a TLB was counted"); }
    if (--count->second == 0) { counts_[level].erase(count); }
  }
  /// Whether an entry leads to the frame.
  bool has(Frame<Concrete> frame) const {
    for (unsigned level = 1; level <= leaf_level; ++level) {
      if (counts_[level].count(raw(frame) & ~span_mask(level)) != 0) { return true; }
    }
    return false;
  }

 private:
  std::array<std::unordered_map<uint64_t, uint64_t>, leaf_level + 1> counts_;  ///< by level and first frame
};

}  // namespace bulkhead::hw
