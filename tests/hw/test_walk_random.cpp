#include <map>
#include <optional>
#include <random>

#include "hw/walk.hpp"
#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

struct Mapping {
  uint64_t pa;
  unsigned level;
  bool writable;
};

/// Four-level tables built one leaf at a time, and beside them a map from the first page of each leaf.
class RandomTables {
 public:
  explicit RandomTables(uint64_t seed) : random_(seed) {
    for (unsigned i = 0; i < 200; ++i) { add_leaf(); }
  }

  const Words& words() const { return words_; }
  /// What the map says of an address.
  std::optional<Mapping> find(uint64_t ipa) const {
    auto after = leaves_.upper_bound(ipa);
    if (after == leaves_.begin()) { return std::nullopt; }
    const auto& [first, mapping] = *std::prev(after);
    const uint64_t span = span_of(mapping.level);
    if (ipa - first >= span) { return std::nullopt; }
    return Mapping{mapping.pa + ((ipa - first) & ~low_mask(page_shift)), mapping.level, mapping.writable};
  }
  /// An address in or near a leaf, or anywhere.
  uint64_t address() {
    if (number(4) == 0) { return number(uint64_t{1} << 48); }
    auto leaf = leaves_.begin();
    std::advance(leaf, static_cast<long>(number(leaves_.size())));
    return (leaf->first + number(2 * span_of(leaf->second.level))) & low_mask(48);
  }

 private:
  static uint64_t span_of(unsigned level) { return uint64_t{1} << (page_shift + span_shift(level)); }
  uint64_t number(uint64_t below) { return std::uniform_int_distribution<uint64_t>(0, below - 1)(random_); }

  /// An index that often meets one chosen before.
  uint64_t index() { return number(2) == 0 ? number(4) : number(entries_per_table); }

  void add_leaf() {
    uint64_t table = root;
    uint64_t ipa = 0;
    const auto last = static_cast<unsigned>(1 + number(3));
    for (unsigned level = 0; level <= last; ++level) {
      const uint64_t at = index();
      ipa += at * span_of(level);
      uint64_t& entry = entries_[table + 8 * at];
      if (level == last) {
        if (entry == 0) { entry = leaf(ipa, level); }
      } else {
        if (entry == 0) { entry = table_to(next_table_ += 0x1000); }
        if ((entry & 0b10) == 0) { return; }
      }
      words_.write(table + 8 * at, entry);
      table = entry & s2::Address::mask;
    }
  }

  uint64_t leaf(uint64_t ipa, unsigned level) {
    const Mapping mapping{number(uint64_t{1} << 48) & ~(span_of(level) - 1), level, number(2) == 0};
    leaves_.emplace(ipa, mapping);
    const uint64_t word = level == leaf_level ? page_to(mapping.pa) : block_to(mapping.pa);
    return mapping.writable ? word : word & ~s2::S2AP::of(0b10);
  }

  std::mt19937_64 random_;
  Words words_;
  std::map<uint64_t, uint64_t> entries_;
  std::map<uint64_t, Mapping> leaves_;  ///< by first IPA
  uint64_t next_table_ = 0x100000;
};

TEST_CASE("A walk over random tables finds what a map of their leaves says") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    RandomTables tables(seed);
    unsigned found = 0;
    for (unsigned i = 0; i < 400; ++i) {
      const uint64_t ipa = tables.address();
      const auto expected = tables.find(ipa);
      const auto read = translate(tables.words(), ipa);
      const auto write = translate(tables.words(), ipa, four_levels, AccessKind::write_el0);
      CAPTURE(seed, ipa);
      if (!expected) {
        REQUIRE(enumerator(read.fault) == FaultKind::translation);
        REQUIRE(enumerator(write.fault) == FaultKind::translation);
        continue;
      }
      ++found;
      REQUIRE(leads_to(read, expected->pa, expected->level));
      REQUIRE((expected->writable ? leads_to(write, expected->pa, expected->level)
                                  : faults(write, FaultKind::permission, expected->level)));
    }
    CHECK(found > 100);
  }
}

}  // namespace
}  // namespace bulkhead::hw::test
