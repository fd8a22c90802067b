#include "refine/others.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bulkhead::refine {
namespace {

using C = Concrete;

constexpr uint64_t first_word = 256;  ///< of a frame, that is accessed; each place of a call has one of its own

template <class Tag>
std::string address(Value<C, Tag> number) {
  return fmt::format("{:#x}", raw(number) << page_shift);
}

std::string who(CompartmentId<C> id) { return raw(id) == 0 ? "the host" : fmt::format("compartment {}", raw(id)); }

std::string describe(const hw::Effect<C>& effect) {
  const auto kind = hw::effect_names.at(static_cast<size_t>(effect.kind));
  switch (effect.kind) {
    case hw::EffectKind::dsb:
      return fmt::format("{} {}", kind, hw::barrier_names.at(static_cast<size_t>(effect.barrier)));
    case hw::EffectKind::tlbi:
      return fmt::format("{} {}", kind, hw::tlbi_names.at(static_cast<size_t>(effect.tlbi)));
    case hw::EffectKind::load:
    case hw::EffectKind::store:
    case hw::EffectKind::fill:
    case hw::EffectKind::copy:
    case hw::EffectKind::clean:
      return fmt::format("{} {}", kind, address(effect.frame));
    case hw::EffectKind::isb:
    case hw::EffectKind::dc:
    case hw::EffectKind::ic:
    case hw::EffectKind::msr:
    case hw::EffectKind::lock:
    case hw::EffectKind::unlock:
    case hw::EffectKind::eret:
    case hw::EffectKind::exception:
      return std::string(kind);
  }
  return std::string(kind);
}

bool writes_memory(hw::EffectKind kind) {
  return kind == hw::EffectKind::store || kind == hw::EffectKind::fill || kind == hw::EffectKind::copy;
}

/// Device frames hold no content.
bool is_device(const std::optional<Translation>& found) { return found && found->device; }

}  // namespace

bool allows(const std::optional<Translation>& found, const hw::TlbLeaf& leaf) {
  return found && found->frame == raw(leaf.frame) && (found->readable || !leaf.readable) &&
         (found->writable || !leaf.writable);
}

void Others::begin(Cpu<C> cpu, const Points& points, SpecCall& call) {
  cpu_ = cpu;
  points_ = &points;
  call_ = &call;
  places_.clear();
  early_.clear();
  stored_.clear();
  effects_.clear();
  window_.reset();
  // A refused call has no effect before which something could be stored.
  if (!call.is_refused()) { act(); }
}

std::optional<std::string> Others::end() {
  step();
  put_back();
  call_ = nullptr;
  points_ = nullptr;
  if (!window_) { return std::nullopt; }
  return moment(*window_) + ": " + window_->text;
}

void Others::on_effect(const hw::Effect<C>& effect, const hw::Hardware<C>& hardware) {
  if (call_ != nullptr) {
    effects_.push_back(effect);
    if (effect.kind == hw::EffectKind::msr) {
      judge_vttbr(hardware.cpu(), widen<hw::VttbrEl2<C>>(hardware.vttbr(hardware.cpu())));
    }
    if (effect.kind == hw::EffectKind::fill || effect.kind == hw::EffectKind::copy) { judge_overwritten(effect.frame); }
    // What is copied is what the source holds now.
    if (effect.kind == hw::EffectKind::copy) { step(); }
    if (writes_memory(effect.kind)) { act(); }
  }
  if (also_ != nullptr) { also_->on_effect(effect, hardware); }
}

/// Names the places of the call, as the spec has them before its step.
void Others::name_places() {
  const auto add = [this](CompartmentId<C> id, Page<C> page) {
    const Index<C> word(first_word + places_.size());
    places_.push_back({id, page, word, view_translation(spec_, id, page), std::nullopt});
    if (call_->is_done()) { places_.back().after = places_.back().before; }
  };
  for (const Frame<C> frame : points_->frames) { add(CompartmentId<C>(0), widen<Page<C>>(frame)); }
  if (raw(points_->compartment) == 0) { return; }
  for (const Page<C> page : points_->pages) { add(points_->compartment, page); }
}

/// Every place is accessed through every translation that another CPU holds.
void Others::act() {
  if (places_.empty()) { name_places(); }
  for (size_t i = 0; i < places_.size() && !window_; ++i) {
    tlb_.for_each_of(places_[i].id, places_[i].page, [&](Cpu<C> cpu, const hw::TlbLeaf& leaf) {
      if (raw(cpu) != raw(cpu_)) { access(i, cpu, leaf); }
    });
  }
}

void Others::access(size_t i, Cpu<C> cpu, const hw::TlbLeaf& leaf) {
  const Place& place = places_[i];
  if (window_ || !(leaf.readable || leaf.writable) || is_device(place.before) || is_device(place.after)) { return; }
  ConcreteMemory& memory = engine_.hardware.memory();
  Accessed access{i, cpu, leaf, memory.load(leaf.frame, place.word), std::nullopt, effects_.size()};
  if (leaf.writable) {
    access.stored = Word<C>(++stores_ * 0x9E3779B97F4A7C15);
    const auto same = std::find_if(stored_.begin(), stored_.end(),
                                   [&](const Stored& s) { return raw(s.value) == raw(access.loaded); });
    stored_.push_back({leaf.frame, place.word, *access.stored, same == stored_.end() ? access.loaded : same->original});
    memory.store(leaf.frame, place.word, *access.stored);
  }
  if (call_->is_done() || allows(place.before, leaf)) {
    follow(access);
  } else {
    early_.push_back(access);
  }
}

/// The spec makes an access that is allowed now. One that was allowed only before its step came before it: what it has
/// left behind is compared when the call is over.
void Others::follow(const Accessed& access) {
  const Place& place = places_[access.place];
  const bool before = allows(place.before, access.leaf);
  const bool now = call_->is_done() ? allows(place.after, access.leaf) : before;
  if (!now && before) { return; }
  if (!now) { return note({access.effect, false, in_words(access) + ", which is allowed neither before nor after"}); }
  ConcreteMemory& content = spec_.frames.content;
  const Word<C> expected = content.load(access.leaf.frame, place.word);
  if (access.leaf.readable && expected != access.loaded) {
    return note({access.effect, false,
                 fmt::format("{}, and finds {:#x}, where the spec has {:#x} {} the call", in_words(access),
                             raw(access.loaded), raw(expected), call_->is_done() ? "after" : "before")});
  }
  if (access.stored) { content.store(access.leaf.frame, place.word, *access.stored); }
}

std::string Others::in_words(const Accessed& access) const {
  const Place& place = places_[access.place];
  const auto does = access.stored ? access.leaf.readable ? "reads and writes" : "writes" : "reads";
  const auto leads = allows(place.before, access.leaf)  ? "still leads"
                     : allows(place.after, access.leaf) ? "already leads"
                                                        : "leads";
  return fmt::format("CPU {} {} {:#x} of {}, which {} to frame {}", raw(access.cpu), does,
                     raw(address_of(place.page)) + 8 * raw(place.word), who(place.id), leads,
                     address(access.leaf.frame));
}

/// The spec's side of the call is done at this moment.
void Others::step() {
  if (call_->is_done()) { return; }
  if (places_.empty() && !call_->is_refused()) { name_places(); }
  call_->carry_out();
  for (Place& place : places_) { place.after = view_translation(spec_, place.id, place.page); }
  for (const Accessed& access : early_) { follow(access); }
  early_.clear();
}

/// Whoever still reaches a frame when the engine writes all of it finds what was there before, or what is there now.
void Others::judge_overwritten(Frame<C> frame) {
  if (window_ || !tlb_.holds(frame)) { return; }
  note({effects_.size(), true, describe_holder(frame) + ", which is overwritten"});
}

/// One CPU that reaches the frame, another than the engine's if there is one, and how.
std::string Others::describe_holder(Frame<C> frame) const {
  std::string holder;
  bool is_other = false;
  const auto take = [&](Cpu<C> cpu, const std::string& how) {
    if (!holder.empty() && (is_other || raw(cpu) == raw(cpu_))) { return; }
    holder = fmt::format("CPU {} may {}", raw(cpu), how);
    is_other = raw(cpu) != raw(cpu_);
  };
  tlb_.for_each([&](Cpu<C> cpu, CompartmentId<C> id, Page<C> page, const hw::TlbLeaf& leaf) {
    if ((raw(frame) & ~span_mask(leaf.level)) != raw(leaf.frame)) { return; }
    const Page<C> there(raw(page) | (raw(frame) & span_mask(leaf.level)));
    take(cpu, fmt::format("translate {} of {} to {}", address(there), who(id), address(frame)));
  });
  tlb_.for_each_pointer([&](Cpu<C> cpu, CompartmentId<C> id, const hw::TlbPointer& pointer) {
    if (raw(pointer.table) != raw(frame)) { return; }
    take(cpu, fmt::format("walk on from {}, as the level-{} table for {} of {}", address(frame), pointer.level,
                          address(pointer.first), who(id)));
  });
  return holder;
}

/// A CPU caches what it finds by any VTTBR_EL2 under the VMID there: it must name the tables of that VMID's owner.
void Others::judge_vttbr(Cpu<C> cpu, hw::VttbrEl2<C> vttbr) {
  const auto id = truncate<CompartmentId<C>>(hw::vttbr_el2::VMID::get(vttbr));
  const bool exists = raw(id) == 0 || engine_.compartments.state.get(id) != CompartmentState::free;
  if (exists && vttbr == vttbr_for(engine_, id)) { return; }
  note({effects_.size(), false,
        fmt::format("CPU {} may translate with VTTBR_EL2 {:#x}, which are not the tables of {}", raw(cpu), raw(vttbr),
                    who(id))});
}

/// What was stored is replaced by what was there before it, wherever engine and spec have it.
void Others::put_back() {
  const size_t count = stored_.size();
  for (size_t i = 0; i < count; ++i) {
    put_back(stored_[i].frame, stored_[i].word);
    // A copy has it at the same word.
    for (const Frame<C> frame : points_->frames) { put_back(frame, stored_[i].word); }
  }
}

void Others::put_back(Frame<C> frame, Index<C> word) {
  ConcreteMemory& content = spec_.frames.content;
  if (!content.touched(frame)) { return; }
  const Word<C> value = content.load(frame, word);
  const auto stored =
      std::find_if(stored_.begin(), stored_.end(), [&](const Stored& s) { return raw(s.value) == raw(value); });
  if (stored == stored_.end()) { return; }
  content.store(frame, word, stored->original);
  ConcreteMemory& memory = engine_.hardware.memory();
  if (memory.load(frame, word) == value) { memory.store(frame, word, stored->original); }
}

/// Keeps the first.
void Others::note(const Window& window) {
  if (!window_) { window_ = window; }
}

std::string Others::moment(const Window& window) const {
  const auto name = [this](size_t i) { return fmt::format("effect {} ({})", i, describe(effects_[i - 1])); };
  if (window.effect == 0) { return "before the first effect"; }
  if (window.at_effect) { return "at " + name(window.effect); }
  if (window.effect == effects_.size()) { return "after " + name(window.effect) + ", the last"; }
  return "between " + name(window.effect) + " and " + name(window.effect + 1);
}

}  // namespace bulkhead::refine
