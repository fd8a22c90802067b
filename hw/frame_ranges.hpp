#pragma once

#include <map>

#include "model/types.hpp"

namespace bulkhead::hw {

/// Things that are so for what one page or block entry spans: 1, 2^9 or 2^18 frames, aligned to their number.
template <class T>
class FrameRanges {
 public:
  struct Range {
    unsigned level;  ///< of an entry that spans as much
    T what;
  };

  bool empty() const { return ranges_.empty(); }

  void add(uint64_t first, unsigned level, T what) {
    ranges_.emplace(first, Range{level, std::move(what)});
    ++of_level_[level];
  }

  /// Removes those that begin at the frame, are of the level and satisfy the predicate.
  template <class Predicate>
  void remove(uint64_t first, unsigned level, const Predicate& predicate) {
    auto [at, end] = ranges_.equal_range(first);
    while (at != end) {
      const bool gone = at->second.level == level && predicate(at->second.what);
      if (gone) { --of_level_[level]; }
      at = gone ? ranges_.erase(at) : std::next(at);
    }
  }

  /// The first that shares a frame with what an entry of the level spans from `first` on and satisfies
  /// `predicate(first, what)`; null if there is none.
  template <class Predicate>
  const T* find(uint64_t first, unsigned level, const Predicate& predicate) const {
    for (unsigned above = 1; above < level; ++above) {
      if (of_level_[above] == 0) { continue; }
      const uint64_t start = first & ~span_mask(above);
      const auto [at, end] = ranges_.equal_range(start);
      for (auto range = at; range != end; ++range) {
        if (range->second.level == above && predicate(start, range->second.what)) { return &range->second.what; }
      }
    }
    const uint64_t last = first | span_mask(level);
    for (auto range = ranges_.lower_bound(first); range != ranges_.end() && range->first <= last; ++range) {
      if (range->second.level >= level && predicate(range->first, range->second.what)) { return &range->second.what; }
    }
    return nullptr;
  }

  /// The same, whatever it is.
  const T* find(uint64_t first, unsigned level) const {
    return find(first, level, [](uint64_t, const T&) { return true; });
  }

 private:
  std::multimap<uint64_t, Range> ranges_;
  std::array<size_t, leaf_level + 1> of_level_{};
};

}  // namespace bulkhead::hw
