#include "tests/tools/recorder.hpp"

#include <stdexcept>

namespace bulkhead::test {
namespace {

using C = Concrete;
using trace::Field;

template <class E, size_t count>
std::string name_in(const std::array<std::string_view, count>& names, E enumerator) {
  return std::string(names[static_cast<size_t>(enumerator)]);
}

Field address(const char* key, Frame<C> frame, Index<C> index = {}) {
  return {key, raw(address_of(frame)) + 8 * raw(index)};
}

std::vector<Field> fields_of(const hw::Effect<C>& effect) {
  const Field value{"value", raw(effect.value)};
  switch (effect.kind) {
    case hw::EffectKind::load:
    case hw::EffectKind::store:
      return {address("pa", effect.frame, effect.index), value};
    case hw::EffectKind::fill:
      if (effect.step != 0) { return {address("pa", effect.frame), value, {"step", effect.step}}; }
      return {address("pa", effect.frame), value};
    case hw::EffectKind::copy:
      return {address("pa", effect.frame), address("src_pa", effect.source)};
    case hw::EffectKind::clean:
      return {address("pa", effect.frame)};
    case hw::EffectKind::dsb:
      return {{"domain", name_in(hw::barrier_names, effect.barrier)}};
    case hw::EffectKind::tlbi:
      return {{"op", name_in(hw::tlbi_names, effect.tlbi)}, value};
    case hw::EffectKind::msr:
      return {{"register", name_in(hw::register_names, effect.reg)}, value};
    case hw::EffectKind::dc:
      return {{"op", std::string("civac")}, value};
    case hw::EffectKind::ic:
      return {{"op", std::string("iallu")}};
    case hw::EffectKind::isb:
    case hw::EffectKind::lock:
    case hw::EffectKind::unlock:
    case hw::EffectKind::eret:
    case hw::EffectKind::exception:
      return {};
  }
  return {};
}

}  // namespace

Recorder::Recorder() : judge_(MachineDescription{}) {}

void Recorder::as(uint64_t caller, uint64_t cpu) {
  caller_ = CompartmentId<C>(caller);
  cpu_ = Cpu<C>(cpu);
}

void Recorder::record_effects() { judge_.observe(this); }

void Recorder::effect(std::string_view name, std::vector<trace::Field> fields) {
  events_.push_back(
      {{},
       trace::StepEvent{
           .kind = trace::StepKind::effect, .cpu = cpu_, .name = std::string(name), .fields = std::move(fields)}});
}

void Recorder::call(Call call, std::initializer_list<uint64_t> arguments) {
  trace::CallEvent event{.cpu = cpu_, .call = call, .arguments = {.caller = caller_}};
  if (arguments.size() != row_of(call).inputs.size()) { throw std::invalid_argument("number of arguments"); }
  size_t i = 0;
  for (const uint64_t argument : arguments) { event.arguments.words[i++] = Word<C>(argument); }
  record(event);
}

void Recorder::load(uint64_t ipa) {
  record(trace::AccessEvent{cpu_, caller_, trace::AccessKind::load, Ipa<C>(ipa), {}, {}});
}

void Recorder::store(uint64_t ipa, uint64_t value) {
  record(trace::AccessEvent{cpu_, caller_, trace::AccessKind::store, Ipa<C>(ipa), Word<C>(value), {}});
}

void Recorder::record(const cli::Deed& deed) {
  const cli::Ruling ruling = judge_.rule(deed);
  if (ruling.disagreement) { throw std::runtime_error(*ruling.disagreement); }
  events_.push_back(cli::event_of(ruling.expected));
}

void Recorder::on_effect(const hw::Effect<C>& effect, const hw::Hardware<C>& hardware) {
  events_.push_back({{},
                     trace::StepEvent{.kind = trace::StepKind::effect,
                                      .cpu = hardware.cpu(),
                                      .name = name_in(hw::effect_names, effect.kind),
                                      .fields = fields_of(effect)}});
}

}  // namespace bulkhead::test
