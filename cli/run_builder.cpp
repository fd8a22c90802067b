#include "cli/run_builder.hpp"

#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using trace::CallEvent;

constexpr uint64_t page_size = uint64_t{1} << page_shift;
constexpr uint64_t run_size = entries_per_table * page_size;
constexpr uint64_t shared_half = uint64_t{1} << (address_bits - 1);
constexpr uint64_t cid = 4;          ///< none of those that the generator draws
constexpr uint64_t places = 64;      ///< at which runs of frames, and of pages, begin
constexpr uint64_t for_both = 4000;  ///< steps in which a private run can be built: its pages need three calls each

constexpr unsigned plan_long = 60;      ///< percent of the machines with many steps on which there is a run
constexpr unsigned plan_short = 15;     ///< of the others
constexpr unsigned misaligned = 5;      ///< of the runs
constexpr unsigned turn_building = 85;  ///< percent of the steps that are this one's
constexpr unsigned turn_built = 5;
constexpr unsigned table_instead = 20;  ///< percent of the splits before which a table is asked for

/// The frames of the run's root, of its tables, and of that which takes a block's place, lie behind the run.
uint64_t spare_pa(const Run& run, uint64_t n) { return run.pa + run_size + n * page_size; }

/// Where the table of a level that serves the address begins.
uint64_t table_base(uint64_t ipa, unsigned level) { return ipa & ~low_mask(page_shift + span_shift(level - 1)); }

Page<C> page_at(uint64_t ipa) { return page_of(Ipa<C>(ipa)); }

bool has_table(const refine::ConcreteSpec& state, const Run& run, unsigned level) {
  return static_cast<bool>(state.tables.present.get(Level<C>(level), run.compartment, page_at(run.ipa)) == Flag::yes);
}

bool is_mapped(const refine::ConcreteSpec& state, const Run& run, uint64_t offset) {
  return static_cast<bool>(state.translations.access.get(run.compartment, page_at(run.ipa + offset)) != Access::none);
}

bool is_refused(const refine::ConcreteSpec& state, const CallEvent& event) {
  const auto& rule = spec::rule_of<C>(event.call);
  return spec::first_refusal(rule, state, spec::name_inputs<C>(event.call, event.arguments)) != rule.refusals.size();
}

}  // namespace

RunBuilder::RunBuilder(uint64_t seed, const MachineDescription& machine) : random_(seed), machine_(machine) {}

void RunBuilder::begin_machine(uint64_t steps) {
  stage_ = Stage::none;
  const bool is_long = steps >= for_both;
  if (random_.chance(is_long ? plan_long : plan_short)) { plan(!is_long || random_.chance(50)); }
}

void RunBuilder::plan(bool is_shared) {
  const uint64_t first_ram = machine_.ram.front().first;
  run_.compartment = CompartmentId<C>(cid);
  run_.is_shared = is_shared;
  run_.is_writable = random_.chance(50);
  run_.ipa = (is_shared ? shared_half : 0) + random_.below(places) * run_size;
  run_.pa = first_ram + (1 + random_.below(places)) * run_size + (random_.chance(misaligned) ? page_size : 0);
  mapped_ = 0;
  stage_ = Stage::building;
}

std::optional<CallEvent> RunBuilder::next(const refine::ConcreteSpec& state) {
  const bool active = stage_ == Stage::building || stage_ == Stage::built;
  if (!active || !random_.chance(stage_ == Stage::building ? turn_building : turn_built)) { return std::nullopt; }
  const CallEvent event = stage_ == Stage::building ? towards_run(state) : fold_or_split(state);
  // A table that is asked for where the block is will be refused, whatever else holds.
  const bool must_fail = stage_ == Stage::built && event.call == Call::table_create;
  if (!must_fail && is_refused(state, event)) { stage_ = stage_ == Stage::built ? Stage::left : Stage::none; }
  return event;
}

CallEvent RunBuilder::towards_run(const refine::ConcreteSpec& state) {
  if (const auto event = towards_tables(state)) { return *event; }
  if (const auto event = towards_pages(state)) { return *event; }
  stage_ = Stage::built;
  return fold_or_split(state);
}

std::optional<CallEvent> RunBuilder::towards_tables(const refine::ConcreteSpec& state) {
  if (state.compartments.state.get(run_.compartment) == CompartmentState::free) {
    return with_spare(state, spare_pa(run_, 0), make(Call::compartment_create, {cid, spare_pa(run_, 0), 1}));
  }
  for (unsigned level = 1; level <= leaf_level; ++level) {
    if (has_table(state, run_, level)) { continue; }
    const uint64_t pa = spare_pa(run_, level);
    return with_spare(state, pa, make(Call::table_create, {cid, table_base(run_.ipa, level), level, pa}));
  }
  return std::nullopt;
}

std::optional<CallEvent> RunBuilder::towards_pages(const refine::ConcreteSpec& state) {
  while (mapped_ < entries_per_table && is_mapped(state, run_, mapped_ * page_size)) { ++mapped_; }
  if (mapped_ == entries_per_table) { return std::nullopt; }
  return towards_page(state, mapped_ * page_size);
}

CallEvent RunBuilder::towards_page(const refine::ConcreteSpec& state, uint64_t offset) {
  const uint64_t ipa = run_.ipa + offset;
  const uint64_t pa = run_.pa + offset;
  if (run_.is_shared) { return make(Call::shared_map, {cid, ipa, pa, run_.is_writable ? 1U : 0U}); }
  const auto ipa_state = state.translations.state.get(run_.compartment, page_at(ipa));
  if (ipa_state == IpaState::empty) { return make(Call::ipa_prepare, {cid, ipa}); }
  return with_spare(state, pa, make(Call::page_map, {cid, ipa, pa}));
}

CallEvent RunBuilder::fold_or_split(const refine::ConcreteSpec& state) {
  if (has_table(state, run_, leaf_level)) { return make(Call::block_fold, {cid, run_.ipa, leaf_level}); }
  const uint64_t pa = spare_pa(run_, leaf_level);
  const Call call = random_.chance(table_instead) ? Call::table_create : Call::block_split;
  return with_spare(state, pa, make(call, {cid, run_.ipa, leaf_level, pa}));
}

/// The call, or the donation of the frame that it needs.
CallEvent RunBuilder::with_spare(const refine::ConcreteSpec& state, uint64_t pa, const CallEvent& call) {
  const bool is_host = static_cast<bool>(state.frames.state.get(frame_of(Pa<C>(pa))) == FrameState::host);
  return is_host ? make(Call::frame_donate, {pa}) : call;
}

CallEvent RunBuilder::make(Call call, std::initializer_list<uint64_t> words) {
  CallEvent event{.cpu = Cpu<C>(random_.below(machine_.cpus)), .call = call, .arguments = {}};
  size_t i = 0;
  for (const uint64_t word : words) { event.arguments.words.at(i++) = Word<C>(word); }
  return event;
}

}  // namespace bulkhead::cli
