#include "tests/tools/refusals.hpp"

#include "tests/tools/steps.hpp"

namespace bulkhead::test {
namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t shared = uint64_t{1} << 47;
constexpr uint64_t nowhere = 0x80000000;     ///< no RAM
constexpr uint64_t far = uint64_t{1} << 39;  ///< an IPA without tables
constexpr uint64_t no_table = 0x200000;      ///< one without a level-3 table

// What `set_up` leaves behind.
constexpr uint64_t created = 1;
constexpr uint64_t active = 2;
constexpr uint64_t stopping = 3;
constexpr uint64_t free_id = 4;
const uint64_t spare = pa(30);
const uint64_t of_host = pa(40);
const uint64_t of_host_shared = pa(41);
constexpr uint64_t mapped = 0;              ///< a private page of `created`
constexpr uint64_t prepared = page;         ///< another, the state is ram
constexpr uint64_t empty = 2 * page;        ///< another
constexpr uint64_t mapped_shared = shared;  ///< a shared page of `created`

void set_up(Recorder& r) {
  donate_frames(r, 0, 31);
  r.call(Call::compartment_create, {created, pa(0), 1});
  r.call(Call::compartment_create, {active, pa(1), 1});
  r.call(Call::compartment_create, {stopping, pa(2), 1});
  create_tables(r, created, 0, 3);
  create_tables(r, created, shared, 6);
  r.call(Call::table_create, {stopping, 0, 1, pa(9)});
  r.call(Call::ipa_prepare, {created, mapped});
  r.call(Call::page_map, {created, mapped, pa(10)});
  r.call(Call::ipa_prepare, {created, prepared});
  r.call(Call::shared_map, {created, mapped_shared, of_host_shared, 1});
  r.call(Call::compartment_activate, {active});
  r.call(Call::compartment_stop, {stopping});
}

/// Every call that is the host's, by a compartment.
void denied(Recorder& r) {
  r.as(created, 1);
  r.call(Call::frame_donate, {of_host});
  r.call(Call::frame_reclaim, {spare});
  r.call(Call::compartment_create, {free_id, spare, 1});
  r.call(Call::compartment_activate, {created});
  r.call(Call::compartment_stop, {created});
  r.call(Call::compartment_destroy, {stopping});
  r.call(Call::table_create, {created, far, 1, spare});
  r.call(Call::table_destroy, {created, 0, 3});
  r.call(Call::ipa_prepare, {created, empty});
  r.call(Call::page_load, {created, prepared, spare, of_host});
  r.call(Call::page_map, {created, prepared, spare});
  r.call(Call::page_unmap, {created, mapped});
  r.call(Call::shared_map, {created, shared + page, of_host, 1});
  r.call(Call::shared_unmap, {created, mapped_shared});
  r.call(Call::block_fold, {created, 0, 3});
  r.call(Call::block_split, {created, 0, 3, spare});
  r.as(0, 0);
}

void frames(Recorder& r) {
  r.call(Call::frame_donate, {of_host + 8});
  r.call(Call::frame_donate, {spare});
  r.call(Call::frame_donate, {of_host_shared});
  r.call(Call::frame_reclaim, {nowhere});
  r.call(Call::frame_reclaim, {of_host});
}

void compartments(Recorder& r) {
  r.call(Call::compartment_create, {0, spare, 1});
  r.call(Call::compartment_create, {free_id, spare, 513});
  r.call(Call::compartment_create, {free_id, nowhere, 1});
  r.call(Call::compartment_create, {created, spare, 1});
  r.call(Call::compartment_create, {free_id, of_host, 1});
  r.call(Call::compartment_activate, {65536});
  r.call(Call::compartment_activate, {free_id});
  r.call(Call::compartment_activate, {active});
  r.call(Call::compartment_stop, {0});
  r.call(Call::compartment_stop, {free_id});
  r.call(Call::compartment_stop, {stopping});
  r.call(Call::compartment_destroy, {~uint64_t{0}});
  r.call(Call::compartment_destroy, {free_id});
  r.call(Call::compartment_destroy, {active});
  r.call(Call::compartment_destroy, {stopping});
}

void tables(Recorder& r) {
  r.call(Call::table_create, {0, far, 1, spare});
  r.call(Call::table_create, {created, far, 4, spare});
  r.call(Call::table_create, {created, far + page, 1, spare});
  r.call(Call::table_create, {created, far, 1, nowhere});
  r.call(Call::table_create, {free_id, far, 1, spare});
  r.call(Call::table_create, {stopping, far, 1, spare});
  r.call(Call::table_create, {created, far, 1, of_host});
  r.call(Call::table_create, {created, far, 2, spare});
  r.call(Call::table_create, {created, 0, 3, spare});
  r.call(Call::table_destroy, {0, 0, 3});
  r.call(Call::table_destroy, {created, 0, 0});
  r.call(Call::table_destroy, {created, page, 3});
  r.call(Call::table_destroy, {free_id, 0, 3});
  r.call(Call::table_destroy, {created, far, 1});
  r.call(Call::table_destroy, {created, 0, 3});
  r.call(Call::page_unmap, {created, mapped});
  r.call(Call::table_destroy, {created, 0, 2});
  r.call(Call::ipa_prepare, {created, 3 * page});
  r.call(Call::page_map, {created, 3 * page, pa(10)});
}

void private_pages(Recorder& r) {
  const uint64_t occupied = 3 * page;
  r.call(Call::ipa_prepare, {0, empty});
  r.call(Call::ipa_prepare, {created, shared + page});
  r.call(Call::ipa_prepare, {free_id, empty});
  r.call(Call::ipa_prepare, {active, empty});
  r.call(Call::ipa_prepare, {created, far});
  r.call(Call::ipa_prepare, {created, occupied});
  r.call(Call::ipa_prepare, {created, prepared});
  r.call(Call::page_load, {0, prepared, spare, of_host});
  r.call(Call::page_load, {created, prepared + 8, spare, of_host});
  r.call(Call::page_load, {created, prepared, nowhere, of_host});
  r.call(Call::page_load, {created, prepared, spare, nowhere});
  r.call(Call::page_load, {free_id, prepared, spare, of_host});
  r.call(Call::page_load, {active, prepared, spare, of_host});
  r.call(Call::page_load, {created, prepared, of_host, of_host});
  r.call(Call::page_load, {created, prepared, spare, spare});
  r.call(Call::page_load, {created, far, spare, of_host});
  r.call(Call::page_load, {created, occupied, spare, of_host});
  r.call(Call::page_load, {created, empty, spare, of_host});
  r.call(Call::page_map, {0, prepared, spare});
  r.call(Call::page_map, {created, shared + page, spare});
  r.call(Call::page_map, {created, prepared, nowhere});
  r.call(Call::page_map, {free_id, prepared, spare});
  r.call(Call::page_map, {stopping, prepared, spare});
  r.call(Call::page_map, {created, prepared, of_host});
  r.call(Call::page_map, {created, far, spare});
  r.call(Call::page_map, {created, occupied, spare});
  r.call(Call::page_map, {created, empty, spare});
  r.call(Call::page_unmap, {0, occupied});
  r.call(Call::page_unmap, {created, mapped_shared});
  r.call(Call::page_unmap, {free_id, occupied});
  r.call(Call::page_unmap, {created, far});
  r.call(Call::page_unmap, {created, prepared});
}

void shared_pages(Recorder& r) {
  const uint64_t other = shared + page;
  r.call(Call::shared_map, {0, other, of_host, 1});
  r.call(Call::shared_map, {created, other, of_host, 2});
  r.call(Call::shared_map, {created, empty, of_host, 1});
  r.call(Call::shared_map, {created, other, nowhere, 1});
  r.call(Call::shared_map, {free_id, other, of_host, 1});
  r.call(Call::shared_map, {stopping, other, of_host, 1});
  r.call(Call::shared_map, {created, other, spare, 1});
  r.call(Call::shared_map, {created, other, of_host_shared, 1});
  r.call(Call::shared_map, {created, shared + far, of_host, 1});
  r.call(Call::shared_map, {created, mapped_shared, of_host, 1});
  r.call(Call::shared_unmap, {0, mapped_shared});
  r.call(Call::shared_unmap, {created, empty});
  r.call(Call::shared_unmap, {free_id, mapped_shared});
  r.call(Call::shared_unmap, {created, shared + far});
  r.call(Call::shared_unmap, {created, other});
}

void blocks(Recorder& r) {
  r.call(Call::block_fold, {0, 0, 3});
  r.call(Call::block_fold, {created, 0, 1});
  r.call(Call::block_fold, {created, page, 3});
  r.call(Call::block_fold, {free_id, 0, 3});
  r.call(Call::block_fold, {stopping, 0, 3});
  r.call(Call::block_fold, {created, far, 3});
  r.call(Call::block_fold, {created, 0, 2});
  r.call(Call::block_fold, {created, 0, 3});
  r.call(Call::block_fold, {created, mapped_shared, 3});
  r.call(Call::block_split, {0, 0, 3, spare});
  r.call(Call::block_split, {created, 0, 4, spare});
  r.call(Call::block_split, {created, page, 2, spare});
  r.call(Call::block_split, {created, 0, 3, nowhere});
  r.call(Call::block_split, {free_id, 0, 3, spare});
  r.call(Call::block_split, {created, 0, 3, of_host});
  r.call(Call::block_split, {created, far, 3, spare});
  r.call(Call::block_split, {created, 0, 3, spare});
  r.call(Call::block_split, {created, no_table, 3, spare});
}

}  // namespace

void refusals(Recorder& recorder) {
  set_up(recorder);
  denied(recorder);
  frames(recorder);
  compartments(recorder);
  tables(recorder);
  private_pages(recorder);
  shared_pages(recorder);
  blocks(recorder);
}

}  // namespace bulkhead::test
