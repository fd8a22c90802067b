#pragma once

#include <array>
#include <bitset>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "model/types.hpp"

/// Memory as far as effects tell what it holds.
namespace bulkhead::hw {

/// Knows a word once it was stored or loaded. Frames that are kept (tables) stay; of all others it forgets the oldest
/// when there are too many, so that it does not grow with the number of effects.
class KnownMemory {
 public:
  /// The word, if it is known.
  std::optional<uint64_t> word(uint64_t frame, uint64_t index) const;
  void store(uint64_t frame, uint64_t index, uint64_t value);
  /// Word i becomes `value | i * step`.
  void fill(uint64_t frame, uint64_t value, uint64_t step = 0);
  /// What is not known of the source is not known of the copy.
  void copy(uint64_t to, uint64_t from);

  /// Keeps the frame in mind from now on.
  void keep(uint64_t frame);
  /// The frame may be forgotten again.
  void release(uint64_t frame);

  /// Calls `visit(index, value)` for each word of the frame that is known.
  template <class Visit>
  void for_each(uint64_t frame, Visit&& visit) const {
    for (uint64_t i = 0; i < entries_per_table; ++i) {
      if (const auto value = word(frame, i)) { visit(i, *value); }
    }
  }

 private:
  static constexpr size_t most_apart = 4096;  ///< frames with words apart that are not kept
  static constexpr size_t most_uniform = size_t{1} << 17;

  struct Words {
    std::array<uint64_t, entries_per_table> values{};
    std::bitset<entries_per_table> known;
  };
  /// All words are `all`, if that is known, but those that are known apart.
  struct Content {
    std::optional<uint64_t> all;
    std::unique_ptr<Words> apart;
    bool kept = false;
  };

  Content& content(uint64_t frame);
  Words& words(uint64_t frame, Content& content);
  void forget_beyond(std::deque<uint64_t>& frames, size_t most);

  std::unordered_map<uint64_t, Content> frames_;
  std::deque<uint64_t> uniform_;  ///< in the order in which they came
  std::deque<uint64_t> apart_;
};

}  // namespace bulkhead::hw
