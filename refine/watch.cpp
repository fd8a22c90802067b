#include "refine/watch.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

/// Whether the effect writes memory or a register, or maintains a TLB or cache.
bool changes(hw::EffectKind kind) {
  switch (kind) {
    case hw::EffectKind::store:
    case hw::EffectKind::fill:
    case hw::EffectKind::copy:
    case hw::EffectKind::clean:
    case hw::EffectKind::tlbi:
    case hw::EffectKind::dc:
    case hw::EffectKind::ic:
    case hw::EffectKind::msr:
      return true;
    case hw::EffectKind::load:
    case hw::EffectKind::dsb:
    case hw::EffectKind::isb:
    case hw::EffectKind::lock:
    case hw::EffectKind::unlock:
    case hw::EffectKind::eret:
    case hw::EffectKind::exception:
      return false;
  }
  return false;
}

/// Whether it makes a difference to a TLB that a translation is tried after the effect, and not only before it: a write
/// of memory changes what is found; what is found after a TLBI, or since the last DSB before one, stays.
bool matters(hw::EffectKind kind) {
  return kind == hw::EffectKind::store || kind == hw::EffectKind::fill || kind == hw::EffectKind::copy ||
         kind == hw::EffectKind::tlbi || kind == hw::EffectKind::dsb;
}

}  // namespace

Watch::Watch() : tlb_(engine_stage2()) {}

void Watch::begin(const ConcreteEngine& engine, Cpu<C> cpu, Cpu<C> other, const Points& points) {
  engine_ = &engine;
  points_ = &points;
  cpus_ = {cpu, other};
  changed_ = false;
  translate_places();
}

void Watch::end() {
  if (changed_) { translate_places(); }
  engine_ = nullptr;
  points_ = nullptr;
}

void Watch::on_effect(const hw::Effect<C>& effect, const hw::Hardware<C>& hardware) {
  tlb_.on_effect(effect, hardware);
  changed_ = changed_ || changes(effect.kind);
  if (engine_ != nullptr && matters(effect.kind)) { translate_places(); }
  if (also_ != nullptr) { also_->on_effect(effect, hardware); }
}

void Watch::translate_places() {
  const CompartmentId<C> id = points_->compartment;
  const bool exists = static_cast<bool>(engine_->compartments.state.get(id) != CompartmentState::free);
  for (const Cpu<C> cpu : cpus_) {
    for (const Frame<C> frame : points_->frames) {
      tlb_.touch(cpu, vttbr_for(*engine_, CompartmentId<C>(0)), widen<Page<C>>(frame), engine_->hardware);
    }
    if (!exists) { continue; }
    for (const Page<C> page : points_->pages) { tlb_.touch(cpu, vttbr_for(*engine_, id), page, engine_->hardware); }
  }
}

}  // namespace bulkhead::refine
