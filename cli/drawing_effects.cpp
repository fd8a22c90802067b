#include "cli/drawing_effects.hpp"

#include <fmt/format.h>

#include "cli/cex_value.hpp"
#include "cli/descriptor_words.hpp"
#include "hw/descriptor.hpp"
#include "hw/registers.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using hw::EffectKind;
using Effect = hw::Effect<C>;

bool holds_table(const refine::ConcreteEngine& machine, Frame<C> frame) {
  return is_table(enumerator(machine.frames.state.get(frame)));
}

/// The level of a table of the host that holds the entry of a page; nothing if the frame is no such table.
std::optional<unsigned> host_level(const refine::ConcreteEngine& machine, Frame<C> frame, Page<C> page) {
  Frame<C> table = machine.host_root;
  for (unsigned level = 0; level <= leaf_level; ++level) {
    if (raw(table) == raw(frame)) { return level; }
    const Word<C> entry = machine.hardware.memory().load(table, hw::index_at<C>(page, level));
    if (!hw::is_table<C>(entry, level)) { return std::nullopt; }
    table = hw::output_frame<C>(entry);
  }
  return std::nullopt;
}

/// The level of the table that a frame is; nothing if it is none.
std::optional<unsigned> level_of(const Played& played, const Effect& at) {
  const auto& machine = played.machine;
  if (holds_table(machine, at.frame)) { return static_cast<unsigned>(raw(machine.frames.level.get(at.frame))); }
  const auto page = played.cex.before.first_host_frame_under(raw(at.frame), raw(at.index));
  return page ? host_level(machine, at.frame, Page<C>(*page)) : std::nullopt;
}

/// A word of a frame as its frame's use gives it meaning.
std::string word_words(const Played& played, const Effect& at, Word<C> word) {
  const auto level = level_of(played, at);
  if (!level) { return hex(raw(word)); }
  return descriptor_words(raw(word), *level, [&](uint64_t frame) { return played.names.frame(frame); });
}

std::string store_words(const Played& played, const Effect& effect) {
  const Word<C> old = played.machine.hardware.memory().load(effect.frame, effect.index);
  const auto host = played.cex.before.first_host_frame_under(raw(effect.frame), raw(effect.index));
  return fmt::format("{}{}  ->  {}", host ? "in the host's tables: " : "", word_words(played, effect, old),
                     word_words(played, effect, effect.value));
}

std::string barrier_words(hw::Barrier barrier) {
  switch (barrier) {
    case hw::Barrier::ish:
      return "all before it is done, for every CPU";
    case hw::Barrier::ishst:
      return "stores before it are seen, by every CPU and its table walks";
    case hw::Barrier::nsh:
      return "all before it is done, for this CPU";
    case hw::Barrier::sy:
      return "all before it is done, for the whole system";
  }
  return "";
}

/// Whose translations an invalidation is about: the VMID in VTTBR_EL2 at that moment.
std::string vmid_words(const Played& played) {
  const auto& hardware = played.machine.hardware;
  const uint64_t vmid = raw(hardware.vttbr(hardware.cpu())) >> 48U;
  return fmt::format("VMID {} ({})", vmid, played.names.compartment(vmid));
}

std::string tlbi_words(const Played& played, const Effect& effect) {
  const std::string whose = vmid_words(played);
  const std::string ipa = address(raw(effect.value) & low_mask(36));
  switch (effect.tlbi) {
    case hw::Tlbi::ipas2e1is:
      return fmt::format("drops the stage-2 translation of IPA {} of {}, on every CPU", ipa, whose);
    case hw::Tlbi::ipas2le1is:
      return fmt::format("drops the last level of IPA {} of {}, on every CPU", ipa, whose);
    case hw::Tlbi::vmalle1is:
      return fmt::format("drops what combines both stages of {}, on every CPU", whose);
    case hw::Tlbi::vmalls12e1is:
      return fmt::format("drops all of {}, on every CPU", whose);
    case hw::Tlbi::vmalle1:
      return fmt::format("drops what combines both stages of {}, on this CPU", whose);
    case hw::Tlbi::vmalls12e1:
      return fmt::format("drops all of {}, on this CPU", whose);
    case hw::Tlbi::alle1is:
      return "drops every translation of EL1&0, on every CPU";
    case hw::Tlbi::ipas2e1:
      return fmt::format("drops the stage-2 translation of IPA {} of {}, on this CPU", ipa, whose);
    case hw::Tlbi::ipas2le1:
      return fmt::format("drops the last level of IPA {} of {}, on this CPU", ipa, whose);
    case hw::Tlbi::alle1:
      return "drops every translation of EL1&0, on this CPU";
  }
  return "";
}

std::string msr_words(const Effect& effect, const DrawingNames& names) {
  const uint64_t value = raw(effect.value);
  if (effect.reg != hw::Register::vttbr_el2) { return hex(value); }
  const uint64_t vmid = value >> 48U;
  return fmt::format("VMID {} ({}), tables at {}", vmid, names.compartment(vmid),
                     names.frame((value & hw::vttbr_el2::BADDR::mask) >> page_shift));
}

std::string name_of(const Effect& effect) {
  std::string name(hw::effect_names.at(static_cast<size_t>(effect.kind)));
  if (effect.kind == EffectKind::dsb) {
    name += fmt::format(" {}", hw::barrier_names.at(static_cast<size_t>(effect.barrier)));
  }
  if (effect.kind == EffectKind::tlbi) {
    name += fmt::format(" {}", hw::tlbi_names.at(static_cast<size_t>(effect.tlbi)));
  }
  return name;
}

}  // namespace

DrawnEffect effect_words(const Effect& effect, const Played& played) {
  const DrawingNames& names = played.names;
  const std::string name = name_of(effect);
  const std::string frame = names.frame(raw(effect.frame));
  switch (effect.kind) {
    case EffectKind::load:
      return {name, names.word(raw(effect.frame), raw(effect.index)), word_words(played, effect, effect.value)};
    case EffectKind::store:
      return {name, names.word(raw(effect.frame), raw(effect.index)), store_words(played, effect)};
    case EffectKind::fill:
      if (effect.step != 0) {
        return {name, frame, fmt::format("word i becomes {:#x} | i * {:#x}", raw(effect.value), effect.step)};
      }
      return {name, frame, "every word becomes " + hex(raw(effect.value))};
    case EffectKind::copy:
      return {name, frame, "every word becomes that of " + names.frame(raw(effect.source))};
    case EffectKind::clean:
      return {name, frame, "every cache line is cleaned to memory and dropped"};
    case EffectKind::dsb:
      return {name, "", barrier_words(effect.barrier)};
    case EffectKind::isb:
      return {name, "", "what follows is fetched anew"};
    case EffectKind::tlbi:
      return {name, "", tlbi_words(played, effect)};
    case EffectKind::dc:
      return {name, hex(raw(effect.value)), "the cache line is cleaned and dropped"};
    case EffectKind::ic:
      return {name, "", "instruction caches are dropped"};
    case EffectKind::msr:
      return {name, std::string(hw::register_names.at(static_cast<size_t>(effect.reg))), msr_words(effect, names)};
    case EffectKind::lock:
      return {name, "", "the engine's lock is taken"};
    case EffectKind::unlock:
      return {name, "", "the engine's lock is released"};
    case EffectKind::eret:
      return {name, "", "back from EL2"};
    case EffectKind::exception:
      return {name, "", "into EL2"};
  }
  return {name, "", ""};
}

}  // namespace bulkhead::cli
