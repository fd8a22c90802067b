#pragma once

#include <unordered_map>

#include "hw/walk.hpp"

/// Stage-2 tables by hand, for tests.
namespace bulkhead::hw::test {

/// Memory that is zero but for the words written.
class Words {
 public:
  void write(uint64_t pa, uint64_t word) { words_[pa] = word; }
  Word<Concrete> operator()(Pa<Concrete> pa) const {
    const auto found = words_.find(raw(pa));
    return Word<Concrete>(found == words_.end() ? 0 : found->second);
  }

 private:
  std::unordered_map<uint64_t, uint64_t> words_;
};

inline constexpr uint64_t root = 0x1000;
inline constexpr uint64_t table_of_level[] = {root, 0x2000, 0x3000, 0x4000};

/// T0SZ 16, SL0 2, PS 5, VS 1: four levels, 48 bits in and out.
inline constexpr VtcrEl2<Concrete> four_levels(16 | 2 << 6 | 5 << 16 | 1 << 19);

inline constexpr uint64_t table_to(uint64_t pa) { return pa | 0b11; }
/// A page or block: Normal Write-Back, inner shareable, accessed, read and write.
inline constexpr uint64_t attributes = 0b1111 << 2 | 0b11 << 6 | 0b11 << 8 | 1 << 10;
inline constexpr uint64_t page_to(uint64_t pa) { return pa | attributes | 0b11; }
inline constexpr uint64_t block_to(uint64_t pa) { return pa | attributes | 0b01; }

/// The tables of `table_of_level` linked through their first entries, down to the one of `level`.
inline Words tables_down_to(unsigned level) {
  Words words;
  for (unsigned at = 0; at < level; ++at) { words.write(table_of_level[at], table_to(table_of_level[at + 1])); }
  return words;
}

inline WalkResult<Concrete> translate(const Words& words, uint64_t ipa, VtcrEl2<Concrete> vtcr = four_levels,
                                      AccessKind kind = AccessKind::read_el1, uint64_t vttbr = root,
                                      const Features& features = {}) {
  return walk<Concrete>(stage2_of(vtcr, features), VttbrEl2<Concrete>(vttbr), Ipa<Concrete>(ipa), kind, words);
}

/// Whether the walk ended in that fault at that level.
inline bool faults(const WalkResult<Concrete>& result, FaultKind fault, int level) {
  return enumerator(result.fault) == fault && result.level == level;
}

/// Whether the walk led into the frame at `pa` through a leaf of that level.
inline bool leads_to(const WalkResult<Concrete>& result, uint64_t pa, int level) {
  return enumerator(result.fault) == FaultKind::none && raw(address_of(result.frame())) == pa && result.level == level;
}

}  // namespace bulkhead::hw::test
