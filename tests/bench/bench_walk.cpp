#include <benchmark/benchmark.h>

#include <vector>

#include "hw/walk.hpp"

/// How many stage-2 walks a second the model makes.
namespace bulkhead::hw {
namespace {

/// Four-level tables of `pages` pages that lie apart, in flat memory.
class Tables {
 public:
  static constexpr uint64_t stride = 37;  ///< pages between two that are mapped

  explicit Tables(uint64_t pages) : words_(entries_per_table) {
    for (uint64_t i = 0; i < pages; ++i) { map(i * stride); }
  }
  Word<Concrete> operator()(Pa<Concrete> pa) const { return Word<Concrete>(words_[raw(pa) >> 3]); }

 private:
  void map(uint64_t page) {
    uint64_t table = 0;
    for (unsigned level = 0; level < leaf_level; ++level) {
      const uint64_t at = entry(table, page, level);
      if (words_[at] == 0) {
        words_[at] = (words_.size() >> index_bits) << page_shift | 0b11;
        words_.resize(words_.size() + entries_per_table);
      }
      table = words_[at] >> page_shift;
    }
    words_[entry(table, page, leaf_level)] = page << page_shift | 0x7FF;
  }
  static uint64_t entry(uint64_t table, uint64_t page, unsigned level) {
    return table << index_bits | raw(index_at<Concrete>(Page<Concrete>(page), level));
  }

  std::vector<uint64_t> words_;
};

void walk_pages(benchmark::State& state) {
  const auto pages = static_cast<uint64_t>(state.range(0));
  const Tables tables(pages);
  constexpr Stage2 stage2 = stage2_of(VtcrEl2<Concrete>(16 | 2 << 6 | 5 << 16));
  uint64_t page = 0;
  for (auto _ : state) {
    const Ipa<Concrete> ipa(page * Tables::stride << page_shift);
    const auto result = walk<Concrete>(stage2, VttbrEl2<Concrete>(0), ipa, AccessKind::read_el1, tables);
    if (!result.succeeded()) { state.SkipWithError("a mapped page was not found"); }
    page = page + 1 == pages ? 0 : page + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(walk_pages)->Arg(64)->Arg(4096)->Arg(262144);

}  // namespace
}  // namespace bulkhead::hw

BENCHMARK_MAIN();
