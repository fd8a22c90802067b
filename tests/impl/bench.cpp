#include "tests/impl/bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "impl/dispatch.hpp"
#include "tests/catch.hpp"
#include "tests/runs.hpp"

namespace bulkhead::impl::test {
namespace {

template <size_t n, class E>
std::string_view name_in(const std::array<std::string_view, n>& names, E e) {
  return names[static_cast<size_t>(e)];
}

std::string text_of(const hw::Effect<C>& effect) {
  std::string name(name_in(hw::effect_names, effect.kind));
  const uint64_t frame = raw(address_of(effect.frame));
  const uint64_t value = raw(effect.value);
  switch (effect.kind) {
    case hw::EffectKind::load:
      return fmt::format("{} {:#x}[{}]", name, frame, raw(effect.index));
    case hw::EffectKind::store:
      return fmt::format("{} {:#x}[{}] = {:#x}", name, frame, raw(effect.index), value);
    case hw::EffectKind::fill:
      if (effect.step != 0) { return fmt::format("{} {:#x} = {:#x} step {:#x}", name, frame, value, effect.step); }
      return fmt::format("{} {:#x} = {:#x}", name, frame, value);
    case hw::EffectKind::copy:
      return fmt::format("{} {:#x} = {:#x}", name, frame, raw(address_of(effect.source)));
    case hw::EffectKind::clean:
      return fmt::format("{} {:#x}", name, frame);
    case hw::EffectKind::dsb:
      return fmt::format("{} {}", name, name_in(hw::barrier_names, effect.barrier));
    case hw::EffectKind::tlbi:
      return fmt::format("{} {} {:#x}", name, name_in(hw::tlbi_names, effect.tlbi), value);
    case hw::EffectKind::msr:
      return fmt::format("{} {} {:#x}", name, name_in(hw::register_names, effect.reg), value);
    case hw::EffectKind::dc:
    case hw::EffectKind::ic:
    case hw::EffectKind::isb:
    case hw::EffectKind::lock:
    case hw::EffectKind::unlock:
    case hw::EffectKind::eret:
    case hw::EffectKind::exception:
      return name;
  }
  return name;
}

Frame<C> frame_at(uint64_t pa) { return frame_of(Pa<C>(pa)); }

}  // namespace

void Recorder::on_effect(const hw::Effect<C>& effect, const hw::Hardware<C>&) { lines.push_back(text_of(effect)); }

Bench::Bench()
    : engine(boot(MachineDescription{},
                  [](Frame<C> frame, Index<C> index) { return Word<C>(raw(address_of(frame)) | raw(index) << 3); })) {
  engine.hardware.observe(recorder_.get());
}

Status Bench::call(Call call, const std::vector<uint64_t>& words) { return call_from(0, call, words); }

Status Bench::call_from(uint64_t caller, Call call, const std::vector<uint64_t>& words) {
  Arguments<C> arguments;
  arguments.caller = CompartmentId<C>(caller);
  for (size_t i = 0; i < words.size(); ++i) { arguments.words.at(i) = Word<C>(words[i]); }
  recorder_->lines.clear();
  const Result<C> result = dispatch(engine, Cpu<C>(0), call, arguments);
  output_ = raw(result.outputs[0]);
  return result.status;
}

void Bench::must(Call call, const std::vector<uint64_t>& words) {
  INFO(name_of(call));
  REQUIRE(name_of(this->call(call, words)) == "ok");
}

void Bench::donate(uint64_t first, uint64_t end) {
  for (uint64_t n = first; n < end; ++n) { must(Call::frame_donate, {pa(n)}); }
}

std::vector<std::string> Bench::changes() const {
  std::vector<std::string> lines;
  std::copy_if(effects().begin(), effects().end(), std::back_inserter(lines), [](const std::string& line) {
    return line.rfind("load", 0) != 0 && line != "exception" && line != "lock" && line != "unlock" && line != "eret";
  });
  return lines;
}

FrameState Bench::state(uint64_t pa) const { return enumerator(engine.frames.state.get(frame_at(pa))); }
uint64_t Bench::owner(uint64_t pa) const { return raw(engine.frames.owner.get(frame_at(pa))); }
CompartmentState Bench::life(uint64_t cid) const {
  return enumerator(engine.compartments.state.get(CompartmentId<C>(cid)));
}
uint64_t Bench::word(uint64_t pa) const {
  return raw(engine.hardware.memory().load(frame_at(pa), Index<C>((pa >> 3) & low_mask(index_bits))));
}
bool Bench::is_zero(uint64_t pa) const {
  const auto& words = engine.hardware.memory().words(frame_at(pa));
  return std::all_of(words.begin(), words.end(), [](uint64_t word) { return word == 0; });
}

BuiltBench::BuiltBench() {
  donate(0, 16);
  must(Call::compartment_create, {1, pa(0), 4});
  for (uint64_t level = 1; level <= 3; ++level) {
    must(Call::table_create, {1, 0, level, pa(level)});
    must(Call::table_create, {1, shared, level, pa(3 + level)});
  }
  must(Call::ipa_prepare, {1, 0x1000});
  must(Call::ipa_prepare, {1, 0x2000});
  must(Call::page_map, {1, 0x2000, pa(8)});
}

void RunningBench::must_own(Call call, uint64_t ipa) {
  INFO(name_of(call));
  REQUIRE(name_of(own(call, ipa)) == "ok");
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

void check_refused(Bench& bench, Status status, Call call, const std::vector<uint64_t>& words) {
  INFO(name_of(call) << " expected " << name_of(status));
  for (const uint64_t word : words) { UNSCOPED_INFO("argument " << fmt::format("{:#x}", word)); }
  CHECK(name_of(bench.call(call, words)) == name_of(status));
  CHECK(bench.changes().empty());
}

void check_denied(Bench& bench, Call call, const std::vector<uint64_t>& words) {
  INFO(name_of(call));
  CHECK(name_of(bench.call_from(1, call, words)) == "denied");
  CHECK(bench.effects() == std::vector<std::string>{"exception", "lock", "unlock", "eret"});
}

void check_own_page_refused(Call call, Status status, uint64_t ipa) {
  INFO(name_of(call));
  RunningBench bench;
  const auto refused = [&](Status expected, uint64_t at, uint64_t caller = 1) {
    INFO(fmt::format("compartment {} at {:#x}", caller, at));
    CHECK(name_of(bench.call_from(caller, call, {at})) == name_of(expected));
    CHECK(bench.changes().empty());
  };
  for (const uint64_t bad : {uint64_t{0x3001}, shared, uint64_t{1} << 48}) { refused(Status::bad_address, bad); }
  refused(Status::no_table, 0x200000);
  refused(Status::no_table, uint64_t{1} << 39);
  refused(status, ipa);
  refused(Status::denied, 0x2000, 0);
  refused(Status::denied, 0x2000, 2);
  bench.must(Call::compartment_create, {2, pa(9), 1});
  refused(Status::denied, 0x2000, 2);
  bench.must(Call::compartment_activate, {2});
  // The tables of compartment 1 are not those of 2.
  refused(Status::no_table, 0x2000, 2);
  bench.must(Call::compartment_stop, {1});
  refused(Status::denied, ~uint64_t{0});
}

}  // namespace bulkhead::impl::test
