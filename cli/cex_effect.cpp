#include "cli/cex_effect.hpp"

#include "cli/cex_value.hpp"

namespace bulkhead::cli {
namespace {

using hw::EffectKind;
using Effect = hw::Effect<Concrete>;

constexpr std::string_view by_line = "civac";  ///< what the engine does to caches by address
constexpr std::string_view all_unit = "iallu";

template <class E, size_t count>
std::string name_in(const std::array<std::string_view, count>& names, E e) {
  return std::string(names.at(static_cast<size_t>(e)));
}

std::string word_address(const Effect& effect) {
  return hex(raw(effect.frame) << page_shift | raw(effect.index) << 3U);
}

void read_word_address(json::Value value, Effect& effect) {
  const uint64_t at = value.number(0, low_mask(address_bits));
  if (at % sizeof(uint64_t) != 0) { value.fail_expecting("the address of a word, a multiple of 8"); }
  effect.frame = Frame<Concrete>(at >> page_shift);
  effect.index = Index<Concrete>(at >> 3U);
}

Word<Concrete> word(json::Value value) { return Word<Concrete>(value.number()); }

void read_operation(json::Value value, std::string_view only) {
  if (value.string() != only) { value.fail_expecting(json::quoted(only)); }
}

}  // namespace

Json as_json(const Effect& effect) {
  Json json{{"effect", name_in(hw::effect_names, effect.kind)}};
  switch (effect.kind) {
    case EffectKind::load:
    case EffectKind::store:
      json["pa"] = word_address(effect);
      json["value"] = hex(raw(effect.value));
      break;
    case EffectKind::fill:
      json["pa"] = address(raw(effect.frame));
      json["value"] = hex(raw(effect.value));
      if (effect.step != 0) { json["step"] = hex(effect.step); }
      break;
    case EffectKind::copy:
      json["pa"] = address(raw(effect.frame));
      json["src_pa"] = address(raw(effect.source));
      break;
    case EffectKind::clean:
      json["pa"] = address(raw(effect.frame));
      break;
    case EffectKind::dsb:
      json["domain"] = name_in(hw::barrier_names, effect.barrier);
      break;
    case EffectKind::tlbi:
      json["op"] = name_in(hw::tlbi_names, effect.tlbi);
      json["value"] = hex(raw(effect.value));
      break;
    case EffectKind::dc:
      json["op"] = by_line;
      json["value"] = hex(raw(effect.value));
      break;
    case EffectKind::ic:
      json["op"] = all_unit;
      break;
    case EffectKind::msr:
      json["register"] = name_in(hw::register_names, effect.reg);
      json["value"] = hex(raw(effect.value));
      break;
    case EffectKind::isb:
    case EffectKind::lock:
    case EffectKind::unlock:
    case EffectKind::eret:
    case EffectKind::exception:
      break;
  }
  return json;
}

Effect read_effect(json::Value value) {
  Effect effect{.kind = read_name<EffectKind>(value.at("effect"), hw::effect_names)};
  switch (effect.kind) {
    case EffectKind::load:
    case EffectKind::store:
      value.allow_only({"effect", "pa", "value", "means"});
      read_word_address(value.at("pa"), effect);
      effect.value = word(value.at("value"));
      break;
    case EffectKind::fill:
      value.allow_only({"effect", "pa", "value", "step", "means"});
      effect.frame = Frame<Concrete>(read_page_number(value.at("pa")));
      effect.value = word(value.at("value"));
      if (const auto step = value.find("step")) { effect.step = read_step(*step); }
      break;
    case EffectKind::copy:
      value.allow_only({"effect", "pa", "src_pa"});
      effect.frame = Frame<Concrete>(read_page_number(value.at("pa")));
      effect.source = Frame<Concrete>(read_page_number(value.at("src_pa")));
      break;
    case EffectKind::clean:
      value.allow_only({"effect", "pa"});
      effect.frame = Frame<Concrete>(read_page_number(value.at("pa")));
      break;
    case EffectKind::dsb:
      value.allow_only({"effect", "domain"});
      effect.barrier = read_name<hw::Barrier>(value.at("domain"), hw::barrier_names);
      break;
    case EffectKind::tlbi:
      value.allow_only({"effect", "op", "value"});
      effect.tlbi = read_name<hw::Tlbi>(value.at("op"), hw::tlbi_names);
      effect.value = word(value.at("value"));
      break;
    case EffectKind::dc:
      value.allow_only({"effect", "op", "value"});
      read_operation(value.at("op"), by_line);
      effect.value = word(value.at("value"));
      break;
    case EffectKind::ic:
      value.allow_only({"effect", "op"});
      read_operation(value.at("op"), all_unit);
      break;
    case EffectKind::msr:
      value.allow_only({"effect", "register", "value"});
      effect.reg = read_name<hw::Register>(value.at("register"), hw::register_names);
      effect.value = word(value.at("value"));
      break;
    case EffectKind::isb:
    case EffectKind::lock:
    case EffectKind::unlock:
    case EffectKind::eret:
    case EffectKind::exception:
      value.allow_only({"effect"});
      break;
  }
  return effect;
}

}  // namespace bulkhead::cli
