#include <map>
#include <optional>
#include <random>

#include "hw/walk.hpp"
#include "tests/catch.hpp"
#include "tests/hw/tables.hpp"

namespace bulkhead::hw::test {
namespace {

/// A setting whose initial table is one whole table, as most are.
struct Setting {
  const char* name;
  VtcrEl2<Concrete> vtcr;
};

constexpr uint64_t kib64 = 0b01 << 14, kib16 = 0b10 << 14, ds = uint64_t{1} << 32, sl2 = uint64_t{1} << 33;
const Setting settings[] = {
    {"4 KiB", four_levels},
    {"4 KiB from level -1", VtcrEl2<Concrete>(12 | 6 << 16 | ds | sl2)},
    {"16 KiB", VtcrEl2<Concrete>(17 | 2 << 6 | 5 << 16 | kib16)},
    {"16 KiB from level 0", VtcrEl2<Concrete>(12 | 3 << 6 | 6 << 16 | kib16 | ds)},
    {"64 KiB", VtcrEl2<Concrete>(12 | 2 << 6 | 6 << 16 | kib64)},
};

struct Mapping {
  uint64_t pa;
  int level;
  bool writable;
};

/// Tables built one leaf at a time, and beside them a map from the first address of each leaf.
class RandomTables {
 public:
  RandomTables(const Stage2& stage2, uint64_t seed) : stage2_(stage2), random_(seed) {
    for (unsigned i = 0; i < 200; ++i) { add_leaf(); }
  }

  const Words& words() const { return words_; }
  /// What the map says of an address: of the byte asked for.
  std::optional<Mapping> find(uint64_t ipa) const {
    auto after = leaves_.upper_bound(ipa);
    if (after == leaves_.begin()) { return std::nullopt; }
    const auto& [first, mapping] = *std::prev(after);
    if (ipa - first >= span_of(mapping.level)) { return std::nullopt; }
    return Mapping{mapping.pa + (ipa - first), mapping.level, mapping.writable};
  }
  /// An address in or near a leaf, or anywhere.
  uint64_t address() {
    if (number(4) == 0) { return number(uint64_t{1} << stage2_.ipa_bits); }
    auto leaf = leaves_.begin();
    std::advance(leaf, static_cast<long>(number(leaves_.size())));
    return (leaf->first + number(2 * span_of(leaf->second.level))) & low_mask(stage2_.ipa_bits);
  }

 private:
  uint64_t span_of(int level) const { return uint64_t{1} << span_bits(stage2_.granule, level); }
  uint64_t number(uint64_t below) { return std::uniform_int_distribution<uint64_t>(0, below - 1)(random_); }

  /// An index in a table of the level that often meets one chosen before.
  uint64_t index(int level) {
    const unsigned first = stage2_.initial_index_bits();
    const unsigned bits = level == stage2_.start_level ? first : level_bits(stage2_.granule);
    return number(2) == 0 ? number(4) : number(uint64_t{1} << bits);
  }
  /// A level that a leaf may stand at.
  int leaf_level() {
    while (true) {
      const int level = static_cast<int>(number(4));
      if (level == last_level || stage2_.has_blocks_at(level)) { return level; }
    }
  }

  void add_leaf() {
    uint64_t table = base;
    uint64_t ipa = 0;
    const int last = leaf_level();
    for (int level = stage2_.start_level; level <= last; ++level) {
      const uint64_t at = index(level);
      ipa += at * span_of(level);
      uint64_t& entry = entries_[table + 8 * at];
      if (level == last) {
        if (entry == 0) { entry = leaf(ipa, level); }
      } else {
        if (entry == 0) { entry = table_to(next_table_ += 0x10000); }
        if ((entry & 0b10) == 0) { return; }
      }
      words_.write(table + 8 * at, entry);
      table = entry & s2::Address::mask;
    }
  }

  uint64_t leaf(uint64_t ipa, int level) {
    const Mapping mapping{number(uint64_t{1} << 48) & ~(span_of(level) - 1), level, number(2) == 0};
    leaves_.emplace(ipa, mapping);
    uint64_t word = level == last_level ? page_to(mapping.pa) : block_to(mapping.pa);
    if (stage2_.high_bits == HighBits::of_ds) { word &= ~s2::SH::mask; }
    return mapping.writable ? word : word & ~s2::S2AP::of(0b10);
  }

  static constexpr uint64_t base = 0x100000;
  Stage2 stage2_;
  std::mt19937_64 random_;
  Words words_;
  std::map<uint64_t, uint64_t> entries_;
  std::map<uint64_t, Mapping> leaves_;  ///< by first IPA
  uint64_t next_table_ = 2 * base;
};

/// Whether a walk found what the map says, to the byte.
bool agrees(const WalkResult<Concrete>& found, const std::optional<Mapping>& expected, bool write) {
  if (!expected) { return enumerator(found.fault) == FaultKind::translation; }
  if (write && !expected->writable) { return faults(found, FaultKind::permission, expected->level); }
  return found.succeeded() && raw(found.address) == expected->pa && found.level == expected->level;
}

TEST_CASE("A walk over random tables of any granule finds what a map of their leaves says") {
  for (const Setting& setting : settings) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      RandomTables tables(stage2_of(setting.vtcr), seed);
      unsigned found = 0;
      for (unsigned i = 0; i < 400; ++i) {
        const uint64_t ipa = tables.address();
        const auto expected = tables.find(ipa);
        const auto walked = [&](AccessKind kind) {
          return translate(tables.words(), ipa, setting.vtcr, kind, 0x100000);
        };
        CAPTURE(setting.name, seed, ipa);
        REQUIRE(agrees(walked(AccessKind::read_el1), expected, false));
        REQUIRE(agrees(walked(AccessKind::write_el0), expected, true));
        found += expected ? 1 : 0;
      }
      CHECK(found > 100);
    }
  }
}

}  // namespace
}  // namespace bulkhead::hw::test
