#include "tests/tools/scenarios.hpp"

#include <array>

#include "tests/runs.hpp"
#include "tests/tools/refusals.hpp"
#include "tests/tools/steps.hpp"

namespace bulkhead::test {
namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t shared = uint64_t{1} << 47;
constexpr uint64_t top_private = shared - page;     ///< the last private page
constexpr uint64_t top_shared = 2 * shared - page;  ///< the last shared page

void boot(Recorder& r) {
  r.call(Call::version, {});
  r.call(Call::features, {});
  r.as(0, 3);
  r.call(Call::version, {});
  r.as(1, 2);
  r.call(Call::version, {});
  r.as(65535, 1);
  r.call(Call::features, {});
}

void donate(Recorder& r) {
  donate_frames(r, 0, 4);
  r.call(Call::frame_donate, {pa(2)});
  r.call(Call::frame_reclaim, {pa(1)});
  r.call(Call::frame_reclaim, {pa(1)});
  r.call(Call::frame_donate, {pa(1)});
  r.call(Call::frame_donate, {0x7ffff000});
  r.call(Call::frame_reclaim, {0x7ffff000});
  r.call(Call::frame_donate, {0x3ffff000});
  r.call(Call::frame_donate, {0x80000000});
  r.call(Call::frame_donate, {0x9000000});
  r.as(0, 3);
  for (uint64_t n = 0; n < 4; ++n) { r.call(Call::frame_reclaim, {pa(n)}); }
}

void build(Recorder& r) {
  donate_frames(r, 0, 8);
  r.call(Call::compartment_create, {1, pa(0), 2});
  create_tables(r, 1, 0, 1);
  for (uint64_t n = 0; n < 3; ++n) { r.call(Call::ipa_prepare, {1, n * page}); }
  r.store(pa(100), 0x1122334455667788);
  r.store(pa(100) + 0xff8, 0x99);
  r.call(Call::page_load, {1, 0, pa(4), pa(100)});
  r.call(Call::page_map, {1, page, pa(5)});
  r.call(Call::compartment_activate, {1});
  r.call(Call::page_map, {1, 2 * page, pa(6)});
  r.call(Call::ipa_prepare, {1, 3 * page});
  r.call(Call::page_load, {1, 2 * page, pa(7), pa(100)});
}

void claimed(Recorder& r) {
  build(r);
  r.call(Call::page_unmap, {1, page});
  r.call(Call::page_map, {1, page, pa(7)});
  r.call(Call::ipa_claim, {page});
  r.as(2, 1);
  r.call(Call::ipa_claim, {page});
  r.as(1, 1);
  r.call(Call::ipa_claim, {page + 1});
  r.call(Call::ipa_claim, {shared});
  r.call(Call::ipa_claim, {uint64_t{1} << 39});
  r.call(Call::ipa_claim, {0});
  r.call(Call::ipa_claim, {page});
  r.call(Call::ipa_claim, {page});
  r.call(Call::ipa_claim, {4 * page});
  r.as(0, 0);
  r.call(Call::page_map, {1, page, pa(7)});
  r.call(Call::compartment_stop, {1});
  r.as(1, 1);
  r.call(Call::ipa_claim, {5 * page});
}

/// What compartment 1 calls about pages that it cannot share.
void share_what_is_not_there(Recorder& r) {
  r.call(Call::page_share, {page + 1});
  r.call(Call::page_share, {shared});
  r.call(Call::page_share, {uint64_t{1} << 39});
  r.call(Call::page_share, {4 * page});
  r.call(Call::page_unshare, {page + 1});
  r.call(Call::page_unshare, {shared});
  r.call(Call::page_unshare, {uint64_t{1} << 39});
  r.call(Call::page_unshare, {4 * page});
}

void page_shared(Recorder& r) {
  build(r);
  const auto compartment = [&r] { r.as(1, 1); };
  const auto host = [&r] { r.as(0, 0); };
  r.load(pa(5) + 8);
  r.call(Call::page_share, {page});
  r.call(Call::page_unshare, {page});
  r.as(2, 1);
  r.call(Call::page_share, {page});
  compartment();
  share_what_is_not_there(r);
  r.store(page + 8, 0x5ec);
  r.call(Call::page_unshare, {page});
  r.call(Call::page_share, {page});
  r.call(Call::page_share, {page});
  host();
  r.load(pa(5) + 8);
  r.store(pa(5) + 8, 0x1234);
  r.load(pa(4));
  r.call(Call::frame_donate, {pa(5)});
  r.call(Call::frame_reclaim, {pa(5)});
  compartment();
  r.load(page + 8);
  r.call(Call::page_unshare, {page});
  r.store(page + 8, 0x77);
  host();
  r.load(pa(5) + 8);
  r.store(pa(5) + 8, 0);
  compartment();
  r.load(page + 8);
}

void given_back(Recorder& r) {
  build(r);
  r.call(Call::page_relinquish, {page});
  r.as(2, 1);
  r.call(Call::page_relinquish, {page});
  r.as(1, 1);
  r.call(Call::page_relinquish, {page + 1});
  r.call(Call::page_relinquish, {shared});
  r.call(Call::page_relinquish, {uint64_t{1} << 39});
  r.store(page, 0x5ec1);
  r.store(2 * page, 0x5ec2);
  r.call(Call::page_share, {2 * page});
  for (uint64_t n = 1; n <= 2; ++n) {
    r.call(Call::page_relinquish, {n * page});
    r.call(Call::page_relinquish, {n * page});
  }
  r.load(page);
  r.call(Call::page_share, {0});
  r.as(0, 0);
  r.load(pa(6));
  for (uint64_t n = 5; n <= 6; ++n) {
    r.call(Call::frame_reclaim, {pa(n)});
    r.load(pa(n));
  }
  r.call(Call::page_map, {1, page, pa(7)});
  r.call(Call::compartment_stop, {1});
  r.as(1, 1);
  r.call(Call::page_unshare, {0});
  r.call(Call::page_relinquish, {0});
  r.as(0, 0);
  r.load(pa(4));
  r.call(Call::page_unmap, {1, 0});
  r.load(pa(4));
  r.call(Call::frame_reclaim, {pa(4)});
  r.load(pa(4));
}

void run_down(Recorder& r) {
  build(r);
  r.call(Call::compartment_destroy, {1});
  r.call(Call::compartment_stop, {1});
  r.call(Call::compartment_destroy, {1});
  r.call(Call::table_destroy, {1, 0, 3});
  for (uint64_t n = 0; n < 3; ++n) { r.call(Call::page_unmap, {1, n * page}); }
  for (uint64_t level = 3; level >= 1; --level) { r.call(Call::table_destroy, {1, 0, level}); }
  r.call(Call::compartment_destroy, {1});
  for (uint64_t n = 0; n < 8; ++n) { r.call(Call::frame_reclaim, {pa(n)}); }
}

/// The same five frames in other roles for the same id, three times.
void reuse(Recorder& r) {
  for (uint64_t round = 0; round < 3; ++round) {
    const auto frame = [round](uint64_t role) { return pa((role + round) % 5); };
    donate_frames(r, 0, 5);
    r.call(Call::compartment_create, {7, frame(0), 1 + round});
    for (uint64_t level = 1; level <= 3; ++level) { r.call(Call::table_create, {7, 0, level, frame(level)}); }
    r.call(Call::ipa_prepare, {7, round * page});
    r.call(Call::page_map, {7, round * page, frame(4)});
    r.call(Call::compartment_activate, {7});
    r.as(7, 1);
    r.load(round * page);
    r.store(round * page, 0xdead0000 + round);
    r.as(0, 0);
    r.call(Call::page_unmap, {7, round * page});
    r.call(Call::compartment_stop, {7});
    for (uint64_t level = 3; level >= 1; --level) { r.call(Call::table_destroy, {7, 0, level}); }
    r.call(Call::compartment_destroy, {7});
    for (uint64_t n = 0; n < 5; ++n) {
      r.call(Call::frame_reclaim, {pa(n)});
      r.load(pa(n));
    }
  }
}

void two_compartments(Recorder& r) {
  donate_frames(r, 0, 12);
  r.call(Call::compartment_create, {1, pa(0), 1});
  r.as(0, 1);
  r.call(Call::compartment_create, {65535, pa(1), 512});
  create_tables(r, 1, 0, 2);
  r.as(0, 0);
  create_tables(r, 65535, 0, 5);
  for (const uint64_t cid : {1, 65535}) { r.call(Call::ipa_prepare, {cid, 0x5000}); }
  r.call(Call::page_map, {1, 0x5000, pa(8)});
  r.call(Call::page_map, {65535, 0x5000, pa(8)});
  r.call(Call::page_map, {65535, 0x5000, pa(9)});
  for (const uint64_t cid : {1, 65535}) { r.call(Call::compartment_activate, {cid}); }
  r.as(1, 2);
  r.store(0x5008, 1);
  r.as(65535, 3);
  r.load(0x5008);
  r.store(0x5008, 2);
  r.as(1, 2);
  r.load(0x5008);
  r.as(0, 0);
  r.call(Call::page_unmap, {1, 0x5000});
  r.as(65535, 3);
  r.load(0x5008);
  r.as(1, 2);
  r.load(0x5008);
}

void shared_pages(Recorder& r) {
  donate_frames(r, 0, 8);
  r.call(Call::compartment_create, {1, pa(0), 1});
  create_tables(r, 1, shared, 1);
  r.store(pa(20), 0xabc);
  r.call(Call::shared_map, {1, shared, pa(20), 1});
  r.call(Call::shared_map, {1, shared + page, pa(21), 0});
  r.call(Call::shared_map, {1, shared + 2 * page, pa(20), 0});
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  r.load(shared);
  r.store(shared, 0xdef);
  r.store(shared + page, 1);
  r.load(shared + page);
  r.as(0, 0);
  r.load(pa(20));
  r.call(Call::frame_donate, {pa(20)});
  r.call(Call::shared_unmap, {1, shared});
  r.call(Call::shared_unmap, {1, shared});
  r.load(pa(20));
  r.as(1, 1);
  r.load(shared);
  r.as(0, 0);
  r.call(Call::frame_donate, {pa(20)});
  r.call(Call::compartment_stop, {1});
  r.call(Call::shared_map, {1, shared, pa(22), 1});
  r.call(Call::shared_unmap, {1, shared + page});
}

/// What frames hold, wherever they go.
void contents(Recorder& r) {
  r.store(pa(0), 0x1111);
  r.store(pa(1) + 8, 0x2222);
  r.load(pa(0));
  donate_frames(r, 0, 6);
  r.load(pa(0));
  r.store(pa(0), 0x3333);
  r.call(Call::frame_reclaim, {pa(0)});
  r.load(pa(0));
  r.call(Call::frame_donate, {pa(0)});
  r.call(Call::compartment_create, {1, pa(0), 1});
  create_tables(r, 1, 0, 1);
  r.call(Call::ipa_prepare, {1, 0});
  r.store(pa(50) + 0x10, 0x4444);
  r.call(Call::page_load, {1, 0, pa(4), pa(50)});
  r.store(pa(50) + 0x10, 0x5555);
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  r.load(0x10);
  r.store(0x10, 0x6666);
  r.load(0x10);
  r.load(page);
  r.as(0, 0);
  r.load(pa(4) + 0x10);
  r.call(Call::page_unmap, {1, 0});
  r.call(Call::frame_reclaim, {pa(4)});
  r.load(pa(4) + 0x10);
  r.as(1, 1);
  r.load(0x10);
}

/// The first and the last page of each half, and tables at the ends.
void edges(Recorder& r) {
  donate_frames(r, 0, 20);
  r.call(Call::compartment_create, {1, pa(0), 512});
  create_tables(r, 1, top_private, 1);
  create_tables(r, 1, top_shared, 4);
  r.call(Call::ipa_prepare, {1, top_private});
  r.call(Call::page_map, {1, top_private, pa(7)});
  r.call(Call::shared_map, {1, top_shared, pa(30), 1});
  r.call(Call::shared_map, {1, top_private, pa(31), 1});
  r.call(Call::page_map, {1, top_shared, pa(8)});
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  r.store(top_private + 0xff8, 5);
  r.load(top_private + 0xff8);
  r.store(top_shared + 0xff8, 6);
  r.load(2 * shared);
  r.as(0, 0);
  r.load(pa(30) + 0xff8);
  r.call(Call::table_create, {1, shared, 1, pa(8)});
  r.call(Call::table_create, {1, shared + (uint64_t{1} << 39), 1, pa(9)});
  r.call(Call::table_destroy, {1, shared, 1});
  r.call(Call::page_unmap, {1, top_private});
  r.call(Call::shared_unmap, {1, top_shared});
}

/// What a page without a mapping means to its compartment.
void ipa_states(Recorder& r) {
  donate_frames(r, 0, 8);
  r.call(Call::compartment_create, {3, pa(0), 1});
  create_tables(r, 3, 0, 1);
  r.call(Call::page_map, {3, 0, pa(4)});
  r.call(Call::ipa_prepare, {3, 0});
  r.call(Call::ipa_prepare, {3, 0});
  r.call(Call::page_map, {3, 0, pa(4)});
  r.call(Call::page_unmap, {3, 0});
  r.call(Call::page_map, {3, 0, pa(4)});
  r.call(Call::ipa_prepare, {3, 0});
  r.call(Call::ipa_prepare, {3, page});
  r.call(Call::table_destroy, {3, 0, 3});
  r.call(Call::table_create, {3, 0, 3, pa(3)});
  r.call(Call::page_map, {3, page, pa(4)});
  r.call(Call::ipa_prepare, {3, 2 * page});
}

/// A run of pages becomes a block and again a table, and the compartment finds what it found before.
void folded(Recorder& r) {
  constexpr uint64_t run = 0x200000;
  constexpr uint64_t written = run + 3 * page;
  donate_frames(r, 0, 6);
  r.call(Call::compartment_create, {1, pa(0), 1});
  create_tables(r, 1, run, 1);
  Recording recording{r};
  map_run(recording, 1, run, pa(512));
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  r.store(written, 0xabc);
  r.as(0, 0);
  r.call(Call::block_fold, {1, run, 3});
  r.as(1, 1);
  r.load(written);
  r.store(written + 8, 0xdef);
  r.load(run + run_size - 8);
  r.as(0, 2);
  r.load(pa(515));
  r.call(Call::page_unmap, {1, written});
  r.call(Call::table_create, {1, run, 3, pa(4)});
  r.call(Call::block_split, {1, run, 3, pa(515)});
  r.call(Call::block_split, {1, run, 3, pa(5)});
  r.as(1, 1);
  r.load(written + 8);
  r.as(0, 0);
  r.call(Call::page_unmap, {1, written});
  r.call(Call::frame_reclaim, {pa(515)});
  r.load(pa(515) + 8);
  r.as(1, 1);
  r.load(written);
  r.load(written + page);
  r.as(0, 0);
  r.call(Call::block_fold, {1, run, 3});
}

/// What cannot be a vCPU of compartment 1, which may have two and has the first.
void make_no_vcpu(Recorder& r) {
  r.call(Call::vcpu_create, {0, 1, pa(4), 0, 0});
  r.call(Call::vcpu_create, {1, 512, pa(4), 0, 0});
  r.call(Call::vcpu_create, {1, 1, pa(4) + 8, 0, 0});
  r.call(Call::vcpu_create, {2, 1, pa(4), 0, 0});
  r.call(Call::vcpu_create, {1, 1, pa(100), 0, 0});
  r.call(Call::vcpu_create, {1, 1, pa(1), 0, 0});
  r.call(Call::vcpu_create, {1, 2, pa(4), 0, 0});
  r.call(Call::vcpu_create, {1, 0, pa(4), 0, 0});
  r.call(Call::vcpu_destroy, {65536, 0});
  r.call(Call::vcpu_destroy, {1, 512});
  r.call(Call::vcpu_destroy, {2, 0});
  r.call(Call::vcpu_destroy, {1, 1});
}

/// vCPUs from their creation to the last frame. Nobody but the engine reaches what holds their registers.
void vcpus(Recorder& r) {
  donate_frames(r, 0, 5);
  r.call(Call::compartment_create, {1, pa(0), 2});
  r.call(Call::vcpu_create, {1, 0, pa(1), 0x40080000, 0x48000000});
  make_no_vcpu(r);
  r.load(pa(1) + 0x100);
  r.store(pa(1) + 0x100, 0x1234);
  r.call(Call::frame_reclaim, {pa(1)});
  r.call(Call::vcpu_create, {1, 1, pa(2), ~uint64_t{0}, ~uint64_t{0}});
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  r.call(Call::vcpu_create, {1, 1, pa(4), 0, 0});
  r.call(Call::vcpu_destroy, {1, 1});
  r.as(0, 0);
  r.call(Call::vcpu_destroy, {1, 1});
  r.call(Call::vcpu_create, {1, 1, pa(2), 0, 0});
  r.call(Call::frame_reclaim, {pa(2)});
  r.load(pa(2) + 0x100);
  r.call(Call::compartment_stop, {1});
  r.call(Call::compartment_destroy, {1});
  r.call(Call::vcpu_destroy, {1, 0});
  r.call(Call::compartment_destroy, {1});
  r.call(Call::compartment_create, {1, pa(1), 1});
  r.call(Call::vcpu_create, {1, 0, pa(0), 0, 0});
}

constexpr std::array<Scenario, 16> all = {{
    {"good_boot", "version and features, asked by anyone", boot},
    {"good_donate", "frames given to the engine and taken back", donate},
    {"good_build", "a compartment built, loaded and activated", build},
    {"good_run_down", "a compartment built, stopped and taken down to the last frame", run_down},
    {"good_reuse", "the same frames and the same id used again in other roles", reuse},
    {"good_two", "two compartments side by side, the same IPAs, other frames", two_compartments},
    {"good_shared", "pages of the host shared with a compartment", shared_pages},
    {"good_contents", "what frames hold, wherever they go", contents},
    {"good_edges", "the ends of the address spaces", edges},
    {"good_ipa_states", "what a page without a mapping means", ipa_states},
    {"good_folded", "a run of pages becomes a block and again a table", folded},
    {"good_claimed", "a compartment takes note that a page is lost, and gets another", claimed},
    {"good_page_shared", "a compartment lets the host into a page, and takes it back", page_shared},
    {"good_given_back", "a compartment gives pages back, one of which it shares", given_back},
    {"good_vcpus", "vCPUs made and taken away, and what holds their registers used again", vcpus},
    {"good_refusals", "every failure condition of every call of the host that takes no block", refusals},
}};

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> every = [] {
    std::vector<Scenario> list(all.begin(), all.end());
    for (const auto more : {effect_scenarios(), foreign_scenarios()}) {
      list.insert(list.end(), more.begin(), more.end());
    }
    return list;
  }();
  return every;
}

}  // namespace bulkhead::test
