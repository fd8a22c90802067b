#include <algorithm>

#include "tests/catch.hpp"
#include "tests/spec/bench.hpp"

namespace bulkhead::spec::test {
namespace {

/// A call of which the refusal with the text decides; no text: it succeeds.
struct Example {
  Call call;
  std::string text;
  Words words;
  uint64_t caller = 0;
};

const std::string bad_id = "cid is not in 1..65535";
const std::string no_compartment = "there is no such compartment";
const std::string no_page_table = "no level-3 table serves ipa";
const std::string not_private = "ipa is not a page of the private half";
const std::string not_shared = "ipa is not a page of the shared half";
const std::string not_ram = "pa is not a page of RAM";
const std::string not_spare = "the frame at pa is not spare";
const std::string not_host = "the frame at pa is not the host's";
const std::string shared_already = "the frame at pa is mapped shared";
const std::string past_building = "the compartment is past its building";
const std::string not_base = "ipa is not where a table of the level can begin";
const std::string bad_level = "level is not in 1..3";
const std::string bad_block_level = "level is not 2 or 3";
const std::string no_upper_table = "no table of the level above serves ipa";
const std::string no_table = "no table of the level serves ipa";
const std::string table_there = "a table of the level serves ipa already";
const std::string lower_table_there = "a table of the next level serves ipa";
const std::string something_mapped = "something is mapped at ipa";
const std::string nothing_mapped = "nothing is mapped at ipa";
const std::string by_host = "the caller is the host";
const std::string not_running = "the caller does not run";
const std::string page_shared = "the page is shared with the host already";
const std::string page_not_shared = "the page is not shared with the host";
const std::string bad_index = "index is not in 0..511";
const std::string too_many = "index is not below the number of vCPUs that the compartment may have";
const std::string vcpu_there = "the compartment has a vCPU of that index already";
const std::string no_vcpu = "the compartment has no vCPU of that index";
const std::string no_run =
    "a further table serves pages of the table, or they do not lead, with one access, to one aligned run";

constexpr uint64_t no_table_ipa = 0x200000;

/// On a built bench, in the order of the rules.
std::vector<Example> examples() {
  return {
      {Call::version, "", {}, 1},
      {Call::features, "", {}, 1},
      {Call::frame_donate, "the caller is not the host", {pa(16)}, 1},
      {Call::frame_donate, not_ram, {device_pa}},
      {Call::frame_donate, not_ram, {pa(16) + 1}},
      {Call::frame_donate, not_host, {pa(7)}},
      {Call::frame_donate, shared_already, {pa(20)}},
      {Call::frame_donate, "", {pa(16)}},
      {Call::frame_reclaim, not_ram, {pa(7) | uint64_t{1} << 48}},
      {Call::frame_reclaim, not_spare, {pa(8)}},
      {Call::frame_reclaim, "", {pa(7)}},
      {Call::compartment_create, bad_id, {0, pa(7), 1}},
      {Call::compartment_create, bad_id, {65536, pa(7), 0}},
      {Call::compartment_create, "vcpus is not in 1..512", {2, device_pa, 0}},
      {Call::compartment_create, "vcpus is not in 1..512", {2, pa(7), 513}},
      {Call::compartment_create, "root_pa is not a page of RAM", {1, device_pa, 1}},
      {Call::compartment_create, "there is such a compartment already", {1, pa(16), 1}},
      {Call::compartment_create, "the frame at root_pa is not spare", {2, pa(16), 1}},
      {Call::compartment_create, "", {2, pa(7), 512}},
      {Call::compartment_activate, bad_id, {0}},
      {Call::compartment_activate, no_compartment, {2}},
      {Call::compartment_activate, "", {1}},
      {Call::compartment_stop, bad_id, {65536}},
      {Call::compartment_stop, no_compartment, {2}},
      {Call::compartment_stop, "", {1}},
      {Call::compartment_destroy, bad_id, {0}},
      {Call::compartment_destroy, no_compartment, {2}},
      {Call::compartment_destroy, "the compartment is not stopping", {1}},
      {Call::table_create, bad_id, {0, 0x1000, 4, pa(7)}},
      {Call::table_create, bad_level, {1, 0x1000, 0, pa(7)}},
      {Call::table_create, bad_level, {1, 0x1000, 4, pa(7)}},
      {Call::table_create, not_base, {1, 0x1000, 3, device_pa}},
      {Call::table_create, not_base, {1, 0x200000, 2, pa(7)}},
      {Call::table_create, not_base, {1, 0x40000000, 1, pa(7)}},
      {Call::table_create, not_ram, {2, no_table_ipa, 3, device_pa}},
      {Call::table_create, no_compartment, {2, no_table_ipa, 3, pa(16)}},
      {Call::table_create, not_spare, {1, uint64_t{1} << 39, 3, pa(16)}},
      {Call::table_create, no_upper_table, {1, 0x40000000, 3, pa(7)}},
      {Call::table_create, no_upper_table, {1, uint64_t{1} << 39, 2, pa(7)}},
      {Call::table_create, table_there, {1, 0, 3, pa(7)}},
      {Call::table_create, table_there, {1, 0, 1, pa(7)}},
      {Call::table_create, "", {1, uint64_t{1} << 39, 1, pa(7)}},
      {Call::table_create, "", {1, no_table_ipa, 3, pa(7)}},
      {Call::table_destroy, bad_level, {1, 0, 4}},
      {Call::table_destroy, not_base, {2, 0x1000, 3}},
      {Call::table_destroy, no_compartment, {2, 0, 3}},
      {Call::table_destroy, no_table, {1, no_table_ipa, 3}},
      {Call::table_destroy, "the table serves a page at which something is mapped", {1, 0, 3}},
      {Call::table_destroy, "the table serves a page at which something is mapped", {1, shared, 1}},
      {Call::ipa_prepare, bad_id, {0, 0x3001}},
      {Call::ipa_prepare, not_private, {2, 0x3001}},
      {Call::ipa_prepare, not_private, {2, shared}},
      {Call::ipa_prepare, no_compartment, {2, no_table_ipa}},
      {Call::ipa_prepare, no_page_table, {1, no_table_ipa}},
      {Call::ipa_prepare, something_mapped, {1, 0x2000}},
      {Call::ipa_prepare, "the IPA state is not empty", {1, 0x1000}},
      {Call::ipa_prepare, "", {1, 0x3000}},
      {Call::page_load, bad_id, {0, 0x1001, device_pa, device_pa}},
      {Call::page_load, not_private, {2, 0x1001, device_pa, device_pa}},
      {Call::page_load, not_ram, {2, 0x1000, device_pa, device_pa}},
      {Call::page_load, "src_pa is not a page of RAM", {2, 0x1000, pa(8), device_pa}},
      {Call::page_load, no_compartment, {2, 0x1000, pa(8), pa(8)}},
      {Call::page_load, not_spare, {1, no_table_ipa, pa(8), pa(8)}},
      {Call::page_load, "the frame at src_pa is not the host's", {1, no_table_ipa, pa(7), pa(9)}},
      {Call::page_load, no_page_table, {1, no_table_ipa, pa(7), pa(16)}},
      {Call::page_load, something_mapped, {1, 0x2000, pa(7), pa(16)}},
      {Call::page_load, "the IPA state is not ram", {1, 0x3000, pa(7), pa(16)}},
      {Call::page_load, "", {1, 0x1000, pa(7), pa(20)}},
      {Call::page_map, not_private, {2, shared, device_pa}},
      {Call::page_map, not_ram, {2, 0x1000, device_pa}},
      {Call::page_map, no_compartment, {2, no_table_ipa, pa(16)}},
      {Call::page_map, not_spare, {1, no_table_ipa, pa(16)}},
      {Call::page_map, no_page_table, {1, no_table_ipa, pa(7)}},
      {Call::page_map, something_mapped, {1, 0x2000, pa(7)}},
      {Call::page_map, "the IPA state is not ram", {1, 0x3000, pa(7)}},
      {Call::page_map, "", {1, 0x1000, pa(7)}},
      {Call::page_unmap, not_private, {2, shared + 0x1000}},
      {Call::page_unmap, no_compartment, {2, 0x2000}},
      {Call::page_unmap, no_page_table, {1, no_table_ipa}},
      {Call::page_unmap, nothing_mapped, {1, 0x1000}},
      {Call::page_unmap, "", {1, 0x2000}},
      {Call::shared_map, "writable is neither 0 nor 1", {1, 0x1000, pa(16), 2}},
      {Call::shared_map, not_shared, {2, 0x1000, device_pa, 1}},
      {Call::shared_map, not_ram, {2, shared, device_pa, 1}},
      {Call::shared_map, no_compartment, {2, shared, pa(7), 1}},
      {Call::shared_map, not_host, {1, shared + no_table_ipa, pa(7), 1}},
      {Call::shared_map, shared_already, {1, shared + no_table_ipa, pa(20), 1}},
      {Call::shared_map, no_page_table, {1, shared + no_table_ipa, pa(16), 1}},
      {Call::shared_map, something_mapped, {1, shared + 0x1000, pa(16), 1}},
      {Call::shared_map, "", {1, shared, pa(16), 1}},
      {Call::shared_unmap, not_shared, {2, 0x2000}},
      {Call::shared_unmap, no_compartment, {2, shared}},
      {Call::shared_unmap, no_page_table, {1, shared + no_table_ipa}},
      {Call::shared_unmap, nothing_mapped, {1, shared}},
      {Call::shared_unmap, "", {1, shared + 0x1000}},
      {Call::vcpu_create, bad_id, {0, 512, device_pa, 0, 0}},
      {Call::vcpu_create, bad_index, {2, 512, device_pa, 0, 0}},
      {Call::vcpu_create, bad_index, {1, uint64_t{1} << 32, pa(7), 0, 0}},
      {Call::vcpu_create, not_ram, {2, 511, device_pa, 0, 0}},
      {Call::vcpu_create, no_compartment, {2, 511, pa(16), 0, 0}},
      {Call::vcpu_create, not_spare, {1, 511, pa(16), 0, 0}},
      {Call::vcpu_create, not_spare, {1, 0, pa(8), 0, 0}},
      {Call::vcpu_create, too_many, {1, 4, pa(7), 0, 0}},
      {Call::vcpu_create, "", {1, 0, pa(7), ~uint64_t{0}, ~uint64_t{0}}},
      {Call::vcpu_create, "", {1, 3, pa(7), 0, 0}},
      {Call::vcpu_destroy, bad_id, {65536, 512}},
      {Call::vcpu_destroy, bad_index, {2, 512}},
      {Call::vcpu_destroy, no_compartment, {2, 0}},
      {Call::vcpu_destroy, no_vcpu, {1, 0}},
      {Call::vcpu_destroy, no_vcpu, {1, 511}},
  };
}

/// On a built bench whose compartment has vCPU 2.
std::vector<Example> examples_of_vcpus() {
  return {
      {Call::vcpu_create, not_spare, {1, 2, pa(7), 0, 0}},
      {Call::vcpu_create, too_many, {1, 4, pa(9), 0, 0}},
      {Call::vcpu_create, vcpu_there, {1, 2, pa(9), 0, 0}},
      {Call::vcpu_create, "", {1, 1, pa(9), 0, 0}},
      {Call::vcpu_destroy, no_vcpu, {1, 1}},
      {Call::vcpu_destroy, "", {1, 2}},
      {Call::frame_reclaim, not_spare, {pa(7)}},
      {Call::frame_donate, not_host, {pa(7)}},
      {Call::page_load, not_spare, {1, 0x1000, pa(7), pa(16)}},
      {Call::page_load, "the frame at src_pa is not the host's", {1, 0x1000, pa(9), pa(7)}},
      {Call::shared_map, not_host, {1, shared, pa(7), 1}},
  };
}

/// On a bench with runs.
std::vector<Example> examples_of_folding() {
  return {
      {Call::block_fold, bad_id, {0, 0x1000, 4}},          {Call::block_fold, bad_block_level, {1, 0x1000, 1}},
      {Call::block_fold, bad_block_level, {1, 0x1000, 4}}, {Call::block_fold, not_base, {2, 0x1000, 3}},
      {Call::block_fold, not_base, {2, run_ipa, 2}},       {Call::block_fold, no_compartment, {2, run_ipa, 3}},
      {Call::block_fold, no_table, {1, 3 * run_ipa, 3}},   {Call::block_fold, no_table, {1, 0x40000000, 2}},
      {Call::block_fold, lower_table_there, {1, 0, 2}},    {Call::block_fold, nothing_mapped, {1, 0, 3}},
      {Call::block_fold, no_run, {1, 2 * run_ipa, 3}},     {Call::block_fold, "", {1, run_ipa, 3}},
      {Call::block_fold, "", {1, shared_run_ipa, 3}},      {Call::block_split, table_there, {1, run_ipa, 3, pa(12)}},
  };
}

/// The same once both runs are blocks.
std::vector<Example> examples_of_blocks() {
  return {
      {Call::block_fold, no_table, {1, run_ipa, 3}},
      {Call::block_split, bad_id, {0, 0x1000, 4, device_pa}},
      {Call::block_split, bad_block_level, {1, 0x1000, 1, device_pa}},
      {Call::block_split, bad_block_level, {1, 0x1000, 4, device_pa}},
      {Call::block_split, not_base, {2, run_ipa + 0x1000, 3, device_pa}},
      {Call::block_split, not_base, {2, run_ipa, 2, pa(12)}},
      {Call::block_split, not_ram, {2, run_ipa, 3, device_pa}},
      {Call::block_split, no_compartment, {2, run_ipa, 3, pa(16)}},
      {Call::block_split, not_spare, {1, 0x40000000, 3, pa(16)}},
      {Call::block_split, not_spare, {1, run_ipa, 3, pa(512)}},
      {Call::block_split, no_upper_table, {1, 0x40000000, 3, pa(12)}},
      {Call::block_split, no_upper_table, {1, uint64_t{1} << 39, 2, pa(12)}},
      {Call::block_split, table_there, {1, 2 * run_ipa, 3, pa(12)}},
      {Call::block_split, table_there, {1, 0, 2, pa(12)}},
      {Call::block_split, nothing_mapped, {1, 3 * run_ipa, 3, pa(12)}},
      {Call::block_split, nothing_mapped, {1, 0x40000000, 2, pa(12)}},
      {Call::block_split, "", {1, run_ipa, 3, pa(12)}},
      {Call::block_split, "", {1, shared_run_ipa, 3, pa(12)}},
      {Call::table_create, something_mapped, {1, run_ipa, 3, pa(12)}},
      {Call::table_create, something_mapped, {1, shared_run_ipa, 3, pa(12)}},
      {Call::table_destroy, no_table, {1, run_ipa, 3}},
      {Call::table_destroy, "the table serves a page at which something is mapped", {1, 0, 2}},
      {Call::ipa_prepare, no_page_table, {1, run_ipa}},
      {Call::page_load, no_page_table, {1, run_ipa, pa(12), pa(16)}},
      {Call::page_map, no_page_table, {1, run_ipa + 0x1000, pa(12)}},
      {Call::page_unmap, no_page_table, {1, run_ipa + 0x1000}},
      {Call::shared_map, no_page_table, {1, shared_run_ipa, pa(16), 1}},
      {Call::shared_unmap, no_page_table, {1, shared_run_ipa}},
      {Call::frame_donate, shared_already, {pa(1024)}},
      {Call::frame_reclaim, not_spare, {pa(512)}},
  };
}

/// The same once the compartment is active.
std::vector<Example> examples_when_active() {
  return {
      {Call::vcpu_create, past_building, {1, 0, pa(16), 0, 0}},
      {Call::compartment_activate, past_building, {1}},
      {Call::ipa_prepare, past_building, {1, no_table_ipa}},
      {Call::page_load, past_building, {1, no_table_ipa, pa(8), pa(8)}},
      {Call::page_map, "", {1, 0x1000, pa(7)}},
      {Call::shared_map, "", {1, shared, pa(16), 1}},
      {Call::table_create, "", {1, no_table_ipa, 3, pa(7)}},
      {Call::compartment_stop, "", {1}},
      {Call::ipa_claim, by_host, {0x3001}},
      {Call::ipa_claim, not_running, {0x3001}, 2},
      {Call::ipa_claim, not_private, {shared}, 1},
      {Call::ipa_claim, no_page_table, {no_table_ipa}, 1},
      {Call::ipa_claim, something_mapped, {0x2000}, 1},
      {Call::ipa_claim, "the IPA state is ram already", {0x1000}, 1},
      {Call::ipa_claim, "", {0x3000}, 1},
      {Call::page_relinquish, by_host, {0x2001}},
      {Call::page_relinquish, not_running, {0x2001}, 2},
      {Call::page_relinquish, not_private, {shared}, 1},
      {Call::page_relinquish, no_page_table, {no_table_ipa}, 1},
      {Call::page_relinquish, nothing_mapped, {0x1000}, 1},
      {Call::page_relinquish, "", {0x2000}, 1},
      {Call::page_share, by_host, {0x2001}},
      {Call::page_share, not_running, {0x2001}, 2},
      {Call::page_share, not_private, {shared}, 1},
      {Call::page_share, no_page_table, {no_table_ipa}, 1},
      {Call::page_share, nothing_mapped, {0x1000}, 1},
      {Call::page_share, "", {0x2000}, 1},
      {Call::page_unshare, by_host, {0x2001}},
      {Call::page_unshare, not_running, {0x2001}, 2},
      {Call::page_unshare, not_private, {shared}, 1},
      {Call::page_unshare, no_page_table, {no_table_ipa}, 1},
      {Call::page_unshare, nothing_mapped, {0x1000}, 1},
      {Call::page_unshare, page_not_shared, {0x2000}, 1},
  };
}

/// The same once its page at 0x2000 is shared.
std::vector<Example> examples_when_shared() {
  return {
      {Call::frame_donate, not_host, {pa(8)}},      {Call::shared_map, not_host, {1, shared, pa(8), 1}},
      {Call::page_unmap, "", {1, 0x2000}},          {Call::page_relinquish, "", {0x2000}, 1},
      {Call::page_share, page_shared, {0x2000}, 1}, {Call::page_unshare, "", {0x2000}, 1},
  };
}

/// The same once it is stopping.
std::vector<Example> examples_when_stopping() {
  return {
      {Call::compartment_stop, "the compartment is stopping", {1}},
      {Call::compartment_destroy, "the compartment has a level-1 table", {1}},
      {Call::table_create, "the compartment is stopping", {1, no_table_ipa, 3, pa(16)}},
      {Call::page_map, "the compartment is stopping", {1, no_table_ipa, pa(16)}},
      {Call::shared_map, "the compartment is stopping", {1, shared, pa(7), 1}},
      {Call::page_unmap, "", {1, 0x2000}},
      {Call::shared_unmap, "", {1, shared + 0x1000}},
      {Call::block_fold, "the compartment is stopping", {1, no_table_ipa, 3}},
      {Call::block_split, nothing_mapped, {1, no_table_ipa, 3, pa(7)}},
      {Call::ipa_claim, not_running, {0x3000}, 1},
      {Call::page_unshare, not_running, {0x2000}, 1},
  };
}

Status status_of(Call call, const std::string& text) {
  for (const auto& refusal : rule_of<C>(call).refusals) {
    if (refusal.text == text) { return refusal.status; }
  }
  return Status::ok;
}

void check(Bench& bench, const Example& example) {
  INFO(name_of(example.call));
  CHECK(bench.refusal(example.call, example.words, example.caller) == example.text);
  const Status expected = status_of(example.call, example.text);
  CHECK(name_of(bench.call(example.call, example.words, example.caller)) == name_of(expected));
}

/// Each example on a state of its own.
void check(const std::vector<Example>& all, const std::vector<Call>& before) {
  for (const Example& example : all) {
    BuiltBench bench;
    for (const Call call : before) { bench.must(call, {1}); }
    check(bench, example);
  }
}

void fold_both(Bench& bench) {
  bench.must(Call::block_fold, {1, run_ipa, 3});
  bench.must(Call::block_fold, {1, shared_run_ipa, 3});
}

TEST_CASE("the first refusal that holds decides, and no refusal means success") { check(examples(), {}); }

TEST_CASE("the same for an active compartment") { check(examples_when_active(), {Call::compartment_activate}); }

TEST_CASE("the same for a page that is shared") {
  for (const Example& example : examples_when_shared()) {
    BuiltBench bench;
    bench.must(Call::compartment_activate, {1});
    REQUIRE(bench.call(Call::page_share, {0x2000}, 1) == Status::ok);
    check(bench, example);
  }
}

TEST_CASE("the same for a stopping compartment") { check(examples_when_stopping(), {Call::compartment_stop}); }

TEST_CASE("the same for runs") {
  for (const Example& example : examples_of_folding()) {
    BlockBench bench;
    check(bench, example);
  }
}

TEST_CASE("the same for vCPUs") {
  for (const Example& example : examples_of_vcpus()) {
    BuiltBench bench;
    bench.must(Call::vcpu_create, {1, 2, pa(7), 0, 0});
    check(bench, example);
  }
}

TEST_CASE("the same for blocks") {
  for (const Example& example : examples_of_blocks()) {
    BlockBench bench;
    fold_both(bench);
    check(bench, example);
  }
}

TEST_CASE("a table with a table below, but nothing mapped, is not empty") {
  BuiltBench bench;
  bench.must(Call::shared_unmap, {1, shared + 0x1000});
  for (const uint64_t level : {1, 2}) {
    CHECK(bench.refusal(Call::table_destroy, {1, shared, level}) ==
          "a table of the next level serves a page of the table");
    CHECK(bench.call(Call::table_destroy, {1, shared, level}) == Status::not_empty);
  }
  bench.must(Call::table_destroy, {1, shared, 3});
}

TEST_CASE("every host call of a compartment is denied, whatever else is wrong") {
  BuiltBench bench;
  for (const CallRow& row : calls) {
    if (row.caller != Caller::host) { continue; }
    CHECK(bench.call(row.call, {0, ~uint64_t{0}, 9, 9}, 1) == Status::denied);
  }
}

TEST_CASE("every refusal of every call decides in some example") {
  for (const CallRow& row : calls) {
    for (const auto& refusal : rule_of<C>(row.call).refusals) {
      const auto shows = [&](const Example& e) { return e.call == row.call && e.text == refusal.text; };
      const auto shown_in = [&](const std::vector<Example>& all) { return std::any_of(all.begin(), all.end(), shows); };
      // Shown by cases of their own, or the same for every call.
      const std::array<std::string_view, 2> elsewhere = {"a table of the next level serves a page of the table",
                                                         "the compartment has a vCPU"};
      if (refusal.status == Status::denied || std::count(elsewhere.begin(), elsewhere.end(), refusal.text) != 0) {
        continue;
      }
      if (refusal.text == bad_id) { continue; }
      INFO(row.name << ": " << refusal.text);
      CHECK((shown_in(examples()) || shown_in(examples_when_active()) || shown_in(examples_when_shared()) ||
             shown_in(examples_when_stopping()) || shown_in(examples_of_folding()) || shown_in(examples_of_blocks()) ||
             shown_in(examples_of_vcpus())));
    }
  }
}

TEST_CASE("every call on a compartment refuses what is no id") {
  BuiltBench bench;
  for (const CallRow& row : calls) {
    if (row.inputs.size() == 0 || row.inputs[0].name != "cid") { continue; }
    for (const uint64_t bad : {uint64_t{0}, uint64_t{65536}, uint64_t{1} << 32 | 1}) {
      CHECK(bench.refusal(row.call, {bad, ~uint64_t{0}, 9, 9}) == bad_id);
    }
  }
}

}  // namespace
}  // namespace bulkhead::spec::test
