#include "spec/rules.hpp"

#include <set>

#include "tests/catch.hpp"
#include "tests/spec/bench.hpp"

namespace bulkhead::spec::test {
namespace {

using Statuses = std::vector<Status>;

Statuses statuses_of(Call call) {
  Statuses statuses;
  for (const auto& refusal : rule_of<C>(call).refusals) { statuses.push_back(refusal.status); }
  return statuses;
}

TEST_CASE("each rule lists its refusals in the order that decides the status") {
  using enum Status;
  CHECK(statuses_of(Call::version).empty());
  CHECK(statuses_of(Call::features).empty());
  CHECK(statuses_of(Call::frame_donate) == Statuses{denied, bad_address, bad_state, in_use});
  CHECK(statuses_of(Call::frame_reclaim) == Statuses{denied, bad_address, bad_state});
  CHECK(statuses_of(Call::compartment_create) ==
        Statuses{denied, bad_argument, bad_argument, bad_address, in_use, bad_state});
  CHECK(statuses_of(Call::compartment_activate) == Statuses{denied, bad_argument, no_such, bad_state});
  CHECK(statuses_of(Call::compartment_stop) == Statuses{denied, bad_argument, no_such, bad_state});
  CHECK(statuses_of(Call::compartment_destroy) ==
        Statuses{denied, bad_argument, no_such, bad_state, not_empty, not_empty});
  CHECK(statuses_of(Call::table_create) == Statuses{denied, bad_argument, bad_argument, bad_address, bad_address,
                                                    no_such, bad_state, bad_state, no_table, in_use, in_use});
  CHECK(statuses_of(Call::table_destroy) ==
        Statuses{denied, bad_argument, bad_argument, bad_address, no_such, no_table, not_empty, not_empty});
  CHECK(statuses_of(Call::ipa_prepare) ==
        Statuses{denied, bad_argument, bad_address, no_such, bad_state, no_table, in_use, bad_state});
  CHECK(statuses_of(Call::page_load) == Statuses{denied, bad_argument, bad_address, bad_address, bad_address, no_such,
                                                 bad_state, bad_state, bad_state, no_table, in_use, bad_state});
  CHECK(statuses_of(Call::page_map) == Statuses{denied, bad_argument, bad_address, bad_address, no_such, bad_state,
                                                bad_state, no_table, in_use, bad_state});
  CHECK(statuses_of(Call::page_unmap) == Statuses{denied, bad_argument, bad_address, no_such, no_table, not_mapped});
  CHECK(statuses_of(Call::shared_map) == Statuses{denied, bad_argument, bad_argument, bad_address, bad_address, no_such,
                                                  bad_state, bad_state, in_use, no_table, in_use});
  CHECK(statuses_of(Call::shared_unmap) == Statuses{denied, bad_argument, bad_address, no_such, no_table, not_mapped});
  CHECK(statuses_of(Call::block_fold) == Statuses{denied, bad_argument, bad_argument, bad_address, no_such, bad_state,
                                                  no_table, bad_state, not_mapped, bad_state});
  CHECK(statuses_of(Call::block_split) == Statuses{denied, bad_argument, bad_argument, bad_address, bad_address,
                                                   no_such, bad_state, no_table, in_use, not_mapped});
  CHECK(statuses_of(Call::ipa_claim) == Statuses{denied, denied, bad_address, no_table, in_use, bad_state});
  CHECK(statuses_of(Call::page_relinquish) == Statuses{denied, denied, bad_address, no_table, not_mapped});
  for (const Call call : {Call::page_share, Call::page_unshare}) {
    CHECK(statuses_of(call) == Statuses{denied, denied, bad_address, no_table, not_mapped, bad_state});
  }
  CHECK(statuses_of(Call::vcpu_create) ==
        Statuses{denied, bad_argument, bad_argument, bad_address, no_such, bad_state, bad_state, bad_argument, in_use});
  CHECK(statuses_of(Call::vcpu_destroy) == Statuses{denied, bad_argument, bad_argument, no_such, no_such});
}

TEST_CASE("a rule names each refusal and its effect") {
  for (const CallRow& row : calls) {
    INFO(row.name);
    const Rule<C>& rule = rule_of<C>(row.call);
    CHECK(!rule.effect_text.empty());
    std::set<std::string_view> texts;
    for (const auto& refusal : rule.refusals) { CHECK(texts.insert(refusal.text).second); }
    std::set<std::string_view> touches;
    for (const auto& touch : rule.footprint) { CHECK(touches.insert(touch.text).second); }
  }
}

TEST_CASE("each argument gets the name it has in the call table") {
  const Inputs<C> load = name_inputs(Call::page_load, arguments_of({1, 2, 3, 4}, 5));
  CHECK(raw(load.caller) == 5);
  CHECK(raw(load.cid) == 1);
  CHECK(raw(load.ipa) == 2);
  CHECK(raw(load.pa) == 3);
  CHECK(raw(load.src_pa) == 4);
  const Inputs<C> create = name_inputs(Call::table_create, arguments_of({1, 2, 3, 4}));
  CHECK(raw(create.level) == 3);
  CHECK(raw(create.pa) == 4);
  const Inputs<C> compartment = name_inputs(Call::compartment_create, arguments_of({1, 2, 3, 4}));
  CHECK(raw(compartment.root_pa) == 2);
  CHECK(raw(compartment.vcpus) == 3);
  CHECK(raw(compartment.writable) == 0);
  CHECK(raw(name_inputs(Call::shared_map, arguments_of({1, 2, 3, 4})).writable) == 4);
  const Inputs<C> vcpu = name_inputs(Call::vcpu_create, arguments_of({1, 2, 3, 4, 5}));
  CHECK(raw(vcpu.index) == 2);
  CHECK(raw(vcpu.pa) == 3);
  CHECK(raw(vcpu.pc) == 4);
  CHECK(raw(vcpu.x0) == 5);
  const Inputs<C> claim = name_inputs(Call::ipa_claim, arguments_of({2}, 5));
  CHECK(raw(claim.compartment()) == 5);
  CHECK(raw(claim.ipa) == 2);
}

}  // namespace
}  // namespace bulkhead::spec::test
