#include "tests/catch.hpp"
#include "tests/runs.hpp"
#include "tests/spec/bench.hpp"

namespace bulkhead::spec::test {
namespace {

using bulkhead::test::run_size;

constexpr uint64_t gib = 0x40000000;
constexpr uint64_t last_page = run_size - 0x1000;
const std::string no_run =
    "a further table serves pages of the table, or they do not lead, with one access, to one aligned run";

/// What the compartment finds in the run that begins at `ipa`, page by page.
std::vector<std::array<uint64_t, 3>> found(const Bench& bench, uint64_t ipa) {
  std::vector<std::array<uint64_t, 3>> pages;
  for (uint64_t at = ipa; at < ipa + run_size; at += 0x1000) {
    pages.push_back({static_cast<uint64_t>(bench.access(1, at)), bench.mapped(1, at),
                     static_cast<uint64_t>(bench.ipa_state(1, at))});
  }
  return pages;
}

TEST_CASE("block_fold frees the table, and the compartment finds what it found") {
  BlockBench bench;
  for (const auto& [ipa, table] : {std::pair(run_ipa, pa(7)), std::pair(shared_run_ipa, pa(9))}) {
    const auto before = found(bench, ipa);
    bench.must(Call::block_fold, {1, ipa, 3});
    CHECK(bench.output() == table);
    CHECK(bench.state(table) == FrameState::spare);
    CHECK(bench.owner(table) == 0);
    CHECK(bench.is_zero(table));
    CHECK(bench.table(3, 1, ipa) == 0);
    CHECK(bench.table(3, 1, ipa + last_page) == 0);
    CHECK(bench.table(2, 1, ipa) != 0);
    CHECK(found(bench, ipa) == before);
  }
  CHECK(bench.table(3, 1, 0) == pa(3));
  CHECK(bench.table(3, 1, 2 * run_ipa) == pa(10));
  CHECK(bench.state(pa(512)) == FrameState::data);
  CHECK(bench.owner(pa(1023)) == 1);
  CHECK(bench.state(pa(1024)) == FrameState::host);
  CHECK(bench.sharer(pa(1535)) == 1);
}

TEST_CASE("block_split puts a table in the place of the block") {
  BlockBench bench;
  for (const uint64_t ipa : {run_ipa, shared_run_ipa}) {
    const auto before = found(bench, ipa);
    bench.must(Call::block_fold, {1, ipa, 3});
    const uint64_t table = ipa == run_ipa ? pa(12) : pa(13);
    bench.must(Call::block_split, {1, ipa, 3, table});
    CHECK(bench.state(table) == FrameState::table);
    CHECK(bench.owner(table) == 1);
    CHECK(bench.table(3, 1, ipa) == table);
    CHECK(bench.table(3, 1, ipa + last_page) == table);
    CHECK(bench.table(3, 1, ipa + run_size) != table);
    CHECK(found(bench, ipa) == before);
  }
}

TEST_CASE("one page of a block that was split is taken away, the others stay, and it folds no more") {
  BlockBench bench;
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::page_unmap, {1, run_ipa + 0x3000});
  CHECK(bench.output() == pa(515));
  CHECK(bench.access(1, run_ipa + 0x3000) == Access::none);
  CHECK(bench.ipa_state(1, run_ipa + 0x3000) == IpaState::destroyed);
  CHECK(bench.mapped(1, run_ipa + 0x4000) == pa(516));
  CHECK(bench.refusal(Call::block_fold, {1, run_ipa, 3}) == no_run);
}

TEST_CASE("a compartment folds and splits when it is active, and splits when it is stopping") {
  BlockBench bench;
  bench.must(Call::compartment_activate, {1});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_fold, {1, shared_run_ipa, 3});
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::block_split, {1, run_ipa, 3, pa(12)});
  bench.must(Call::block_split, {1, shared_run_ipa, 3, pa(13)});
  CHECK(bench.refusal(Call::block_fold, {1, run_ipa, 3}) == "the compartment is stopping");
  bench.must(Call::page_unmap, {1, run_ipa + last_page});
  CHECK(bench.ipa_state(1, run_ipa + last_page) == IpaState::empty);
  bench.must(Call::shared_unmap, {1, shared_run_ipa + last_page});
}

TEST_CASE("what is no run does not fold") {
  BlockBench bench;
  const auto is_no_run = [&bench](uint64_t ipa) { return bench.refusal(Call::block_fold, {1, ipa, 3}) == no_run; };
  const auto page = [](uint64_t ipa) { return page_of(Ipa<C>(ipa)); };
  const CompartmentId<C> id(1);
  auto& translations = bench.spec.translations;
  CHECK_FALSE(is_no_run(run_ipa));

  const Frame<C> last = translations.frame.get(id, page(run_ipa + last_page));
  translations.frame.set(id, page(run_ipa + last_page), frame_of(Pa<C>(pa(11))));
  CHECK(is_no_run(run_ipa));
  translations.frame.set(id, page(run_ipa + last_page), last);
  CHECK_FALSE(is_no_run(run_ipa));

  bench.must(Call::shared_unmap, {1, shared_run_ipa + last_page});
  CHECK(is_no_run(shared_run_ipa));
  bench.must(Call::shared_map, {1, shared_run_ipa + last_page, pa(1535), 1});
  CHECK(is_no_run(shared_run_ipa));
  bench.must(Call::shared_unmap, {1, shared_run_ipa + last_page});
  bench.must(Call::shared_map, {1, shared_run_ipa + last_page, pa(1535), 0});
  CHECK_FALSE(is_no_run(shared_run_ipa));
}

TEST_CASE("a run that does not begin at an aligned frame does not fold") {
  BuiltBench bench;
  bench.must(Call::table_create, {1, shared_run_ipa, 3, pa(7)});
  bulkhead::test::share_run(bench, 1, shared_run_ipa, pa(1025), 1);
  CHECK(bench.refusal(Call::block_fold, {1, shared_run_ipa, 3}) == no_run);
}

/// A GiB of 2 MiB blocks from `gib` on, under the level-2 table 7. The frames need not be RAM: only where pages lead
/// counts here.
class GibBench : public BuiltBench {
 public:
  GibBench() {
    must(Call::table_create, {1, gib, 2, pa(7)});
    const CompartmentId<C> id(1);
    for (uint64_t page = gib >> page_shift; page < 2 * gib >> page_shift; ++page) {
      spec.translations.frame.set(id, Page<C>(page), Frame<C>(page));
      spec.translations.access.set(id, Page<C>(page), Access::read_write);
    }
  }
};

TEST_CASE("512 blocks of 2 MiB become one of 1 GiB, and that again as many") {
  GibBench bench;
  bench.must(Call::block_fold, {1, gib, 2});
  CHECK(bench.output() == pa(7));
  CHECK(bench.state(pa(7)) == FrameState::spare);
  CHECK(bench.table(2, 1, gib) == 0);
  CHECK(bench.table(2, 1, 2 * gib - 0x1000) == 0);
  CHECK(bench.table(1, 1, gib) == pa(1));
  CHECK(bench.mapped(1, 2 * gib - 0x1000) == 2 * gib - 0x1000);
  CHECK(bench.refusal(Call::block_split, {1, gib, 3, pa(9)}) == "no table of the level above serves ipa");
  bench.must(Call::block_split, {1, gib, 2, pa(9)});
  CHECK(bench.table(2, 1, gib) == pa(9));
  CHECK(bench.table(2, 1, 2 * gib - 0x1000) == pa(9));
  CHECK(bench.table(3, 1, gib) == 0);
  CHECK(bench.mapped(1, gib + 0x1000) == gib + 0x1000);
  bench.must(Call::block_split, {1, gib, 3, pa(10)});
  CHECK(bench.table(3, 1, gib) == pa(10));
  CHECK(bench.table(3, 1, gib + run_size) == 0);
  CHECK(bench.refusal(Call::block_fold, {1, gib, 2}) == "a table of the next level serves ipa");
}

TEST_CASE("a GiB with a table somewhere, or a page elsewhere, does not fold") {
  GibBench bench;
  const Page<C> last = page_of(Ipa<C>(2 * gib - 0x1000));
  bench.must(Call::block_split, {1, 2 * gib - run_size, 3, pa(9)});
  CHECK(bench.refusal(Call::block_fold, {1, gib, 2}) == no_run);
  bench.must(Call::block_fold, {1, 2 * gib - run_size, 3});
  bench.spec.translations.frame.set(CompartmentId<C>(1), last, Frame<C>(0));
  CHECK(bench.refusal(Call::block_fold, {1, gib, 2}) == no_run);
}

}  // namespace
}  // namespace bulkhead::spec::test
