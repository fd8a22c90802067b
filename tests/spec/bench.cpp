#include "tests/spec/bench.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/runs.hpp"

namespace bulkhead::spec::test {
namespace {

Frame<C> frame_at(uint64_t pa) { return frame_of(Pa<C>(pa)); }
Page<C> page_at(uint64_t ipa) { return page_of(Ipa<C>(ipa)); }
CompartmentId<C> id_of(uint64_t cid) { return CompartmentId<C>(cid); }

}  // namespace

Arguments<C> arguments_of(const Words& words, uint64_t caller) {
  Arguments<C> arguments;
  arguments.caller = CompartmentId<C>(caller);
  for (size_t i = 0; i < words.size(); ++i) { arguments.words.at(i) = Word<C>(words[i]); }
  return arguments;
}

Bench::Bench()
    : spec(boot(MachineDescription{},
                [](Frame<C> frame, Index<C> index) { return Word<C>(raw(address_of(frame)) | raw(index) << 3); })) {}

Status Bench::call(Call call, const Words& words, uint64_t caller) {
  const Result<C> result = step(spec, call, arguments_of(words, caller));
  output_ = raw(result.outputs[0]);
  return result.status;
}

void Bench::must(Call call, const Words& words) {
  INFO(name_of(call));
  REQUIRE(refusal(call, words).empty());
  REQUIRE(this->call(call, words) == Status::ok);
}

std::string Bench::refusal(Call call, const Words& words, uint64_t caller) const {
  const auto& refusals = rule_of<C>(call).refusals;
  const Inputs<C> in = name_inputs(call, arguments_of(words, caller));
  const auto holds = [&](const Condition<C>& refusal) { return static_cast<bool>(refusal.holds(spec, in)); };
  const auto first = std::find_if(refusals.begin(), refusals.end(), holds);
  return first == refusals.end() ? "" : std::string(first->text);
}

FrameState Bench::state(uint64_t pa) const { return enumerator(spec.frames.state.get(frame_at(pa))); }
uint64_t Bench::owner(uint64_t pa) const { return raw(spec.frames.owner.get(frame_at(pa))); }
uint64_t Bench::sharer(uint64_t pa) const { return raw(spec.frames.shared_with.get(frame_at(pa))); }
bool Bench::is_zero(uint64_t pa) const {
  const auto& words = spec.frames.content.words(frame_at(pa));
  return std::all_of(words.begin(), words.end(), [](uint64_t word) { return word == 0; });
}
Access Bench::access(uint64_t cid, uint64_t ipa) const {
  return enumerator(spec.translations.access.get(id_of(cid), page_at(ipa)));
}
uint64_t Bench::mapped(uint64_t cid, uint64_t ipa) const {
  return raw(address_of(spec.translations.frame.get(id_of(cid), page_at(ipa))));
}
IpaState Bench::ipa_state(uint64_t cid, uint64_t ipa) const {
  return enumerator(spec.translations.state.get(id_of(cid), page_at(ipa)));
}
uint64_t Bench::table(uint64_t level, uint64_t cid, uint64_t ipa) const {
  if (spec.tables.present.get(Level<C>(level), id_of(cid), page_at(ipa)) == Flag::no) { return 0; }
  return raw(address_of(spec.tables.frame.get(Level<C>(level), id_of(cid), page_at(ipa))));
}
CompartmentState Bench::life(uint64_t cid) const { return enumerator(spec.compartments.state.get(id_of(cid))); }

BuiltBench::BuiltBench() {
  for (uint64_t n = 0; n < 16; ++n) { must(Call::frame_donate, {pa(n)}); }
  must(Call::compartment_create, {1, pa(0), 4});
  for (uint64_t level = 1; level <= 3; ++level) {
    must(Call::table_create, {1, 0, level, pa(level)});
    must(Call::table_create, {1, shared, level, pa(3 + level)});
  }
  must(Call::ipa_prepare, {1, 0x1000});
  must(Call::ipa_prepare, {1, 0x2000});
  must(Call::page_map, {1, 0x2000, pa(8)});
  must(Call::shared_map, {1, shared + 0x1000, pa(20), 0});
}

BlockBench::BlockBench() {
  must(Call::table_create, {1, run_ipa, 3, pa(7)});
  must(Call::table_create, {1, shared_run_ipa, 3, pa(9)});
  must(Call::table_create, {1, 2 * run_ipa, 3, pa(10)});
  bulkhead::test::map_run(*this, 1, run_ipa, pa(512));
  bulkhead::test::share_run(*this, 1, shared_run_ipa, pa(1024), 0);
  must(Call::ipa_prepare, {1, 2 * run_ipa});
  must(Call::page_map, {1, 2 * run_ipa, pa(11)});
}

}  // namespace bulkhead::spec::test
