#include <array>

#include "tests/tools/scenarios.hpp"
#include "tests/tools/steps.hpp"

/// Calls with what the engine does to the hardware. A compartment's tables are known from the first write of VTTBR_EL2
/// that names them on: the first page is mapped and taken away for that.
namespace bulkhead::test {
namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t shared = uint64_t{1} << 47;

/// A page mapped and taken away.
void effects(Recorder& r) {
  r.record_effects();
  donate_frames(r, 0, 5);
  r.call(Call::compartment_create, {1, pa(0), 1});
  create_tables(r, 1, 0, 1);
  r.call(Call::ipa_prepare, {1, 0});
  r.call(Call::page_load, {1, 0, pa(4), pa(9)});
  r.call(Call::page_unmap, {1, 0});
  r.call(Call::page_unmap, {1, 0});
}

/// A compartment with tables from `first` on whose first page came and went.
void build(Recorder& r, uint64_t cid, uint64_t first, uint64_t pages) {
  r.call(Call::compartment_create, {cid, pa(first), 1});
  create_tables(r, cid, 0, first + 1);
  for (uint64_t n = 0; n < pages; ++n) { r.call(Call::ipa_prepare, {cid, n * page}); }
  r.call(Call::page_map, {cid, 0, pa(first + 4)});
  r.call(Call::page_unmap, {cid, 0});
}

void pages(Recorder& r) {
  donate_frames(r, 0, 7);
  r.record_effects();
  build(r, 1, 0, 4);
  r.call(Call::page_map, {1, page, pa(4)});
  r.call(Call::page_load, {1, 2 * page, pa(5), pa(9)});
  r.call(Call::page_unmap, {1, page});
  r.call(Call::page_map, {1, 3 * page, pa(4)});
}

/// A frame goes from one compartment to another.
void hand_over(Recorder& r) {
  donate_frames(r, 0, 12);
  r.record_effects();
  build(r, 1, 0, 2);
  build(r, 65535, 5, 2);
  r.call(Call::page_map, {1, page, pa(10)});
  r.call(Call::page_unmap, {1, page});
  r.call(Call::page_map, {65535, page, pa(10)});
}

/// Tables come and go, then the compartment, and its id is given again.
void tables(Recorder& r) {
  donate_frames(r, 0, 8);
  r.record_effects();
  build(r, 7, 0, 2);
  r.call(Call::table_create, {7, uint64_t{1} << 21, 3, pa(5)});
  r.call(Call::table_destroy, {7, uint64_t{1} << 21, 3});
  r.call(Call::compartment_stop, {7});
  for (uint64_t level = 3; level >= 1; --level) { r.call(Call::table_destroy, {7, 0, level}); }
  r.call(Call::compartment_destroy, {7});
  r.call(Call::compartment_create, {7, pa(6), 1});
  r.call(Call::table_create, {7, 0, 1, pa(7)});
  r.call(Call::table_destroy, {7, 0, 1});
}

/// A frame of the host shared with one compartment, then with another.
void shares(Recorder& r) {
  donate_frames(r, 0, 14);
  r.record_effects();
  build(r, 1, 0, 1);
  build(r, 2, 5, 1);
  for (const uint64_t cid : {1, 2}) {
    r.call(Call::table_create, {cid, shared, 1, pa(4 + 5 * (cid - 1))});
    r.call(Call::table_create, {cid, shared, 2, pa(8 + 2 * cid)});
    r.call(Call::table_create, {cid, shared, 3, pa(9 + 2 * cid)});
    r.call(Call::shared_map, {cid, shared, pa(20), 1});
    r.call(Call::shared_unmap, {cid, shared});
  }
}

/// A page that a compartment lets the host into and takes back, then lets it into again and gives up.
void page_shared(Recorder& r) {
  const auto share = [&r] {
    r.effect("share", {{"vmid", uint64_t{1}}, {"pa", pa(5)}});
    r.call(Call::page_share, {page});
  };
  donate_frames(r, 0, 6);
  r.record_effects();
  build(r, 1, 0, 2);
  r.call(Call::page_map, {1, page, pa(5)});
  r.call(Call::compartment_activate, {1});
  r.as(1, 1);
  share();
  r.call(Call::page_unshare, {page});
  share();
  r.call(Call::page_relinquish, {page});
  r.as(0, 0);
  r.call(Call::frame_reclaim, {pa(5)});
}

/// Each call on another CPU.
void cpus(Recorder& r) {
  donate_frames(r, 0, 6);
  r.record_effects();
  build(r, 1, 0, 3);
  r.as(0, 1);
  r.call(Call::page_map, {1, page, pa(5)});
  r.as(0, 2);
  r.call(Call::page_unmap, {1, page});
  r.as(0, 3);
  r.call(Call::page_map, {1, 2 * page, pa(5)});
  r.as(0, 1);
  r.call(Call::frame_reclaim, {pa(4)});
}

/// Frames that go back and forth between host and engine.
void back_and_forth(Recorder& r) {
  r.record_effects();
  donate_frames(r, 0, 2);
  r.call(Call::frame_reclaim, {pa(0)});
  r.as(0, 3);
  r.call(Call::frame_donate, {pa(0)});
  r.call(Call::frame_reclaim, {pa(1)});
  r.call(Call::frame_reclaim, {pa(0)});
}

constexpr std::array<Scenario, 8> all = {{
    {"good_effects", "calls with what the engine does to the hardware", effects},
    {"good_effect_pages", "pages mapped, loaded, taken away and mapped again, with their effects", pages},
    {"good_effect_hand_over", "a frame goes from one compartment to another, with the effects", hand_over},
    {"good_effect_tables", "tables come and go, and an id is given again, with their effects", tables},
    {"good_effect_shares", "a frame shared with one compartment, then another, with the effects", shares},
    {"good_effect_page_shared", "a compartment lets the host into a page, twice, with the effects", page_shared},
    {"good_effect_cpus", "each call on another CPU, with its effects", cpus},
    {"good_effect_donate", "frames between host and engine, with their effects", back_and_forth},
}};

}  // namespace

std::span<const Scenario> effect_scenarios() { return all; }

}  // namespace bulkhead::test
