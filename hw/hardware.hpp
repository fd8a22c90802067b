#pragma once

#include "hw/effect.hpp"

namespace bulkhead::hw {

template <ValueDomain D>
class Hardware;

/// Someone who sees every effect in order, after it was carried out: a recorder, a TLB.
template <ValueDomain D>
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_effect(const Effect<D>& effect, const Hardware<D>& hardware) = 0;
};

/// The simulated machine as the engine drives it: physical memory and, per CPU, the registers that
/// decide what the CPU translates with. Everything the engine does to it is one effect.
template <ValueDomain D>
class Hardware {
 public:
  using Memory = typename D::Memory;
  using VttbrFile = typename D::template Map<Word<D>, Cpu<D>>;

  Hardware(Memory memory, VttbrFile vttbr) : memory_(std::move(memory)), vttbr_(std::move(vttbr)) {}

  /// The CPU that the following effects happen on.
  void run_on(Cpu<D> cpu) { cpu_ = cpu; }
  Cpu<D> cpu() const { return cpu_; }
  /// Whoever is told of each effect; none if null.
  void observe(Observer<D>* observer) { observer_ = observer; }

  Word<D> load(Frame<D> frame, Index<D> index) {
    const Word<D> value = memory_.load(frame, index);
    emit({.kind = EffectKind::load, .frame = frame, .index = index, .value = value});
    return value;
  }
  void store(Frame<D> frame, Index<D> index, Word<D> value) {
    memory_.store(frame, index, value);
    emit({.kind = EffectKind::store, .frame = frame, .index = index, .value = value});
  }
  void fill(Frame<D> frame, Word<D> value) {
    memory_.fill(frame, value);
    emit({.kind = EffectKind::fill, .frame = frame, .value = value});
  }
  void copy(Frame<D> to, Frame<D> from) {
    memory_.copy(to, from);
    emit({.kind = EffectKind::copy, .frame = to, .source = from});
  }
  /// Whether some word of the frame satisfies the predicate: 512 loads.
  template <class Predicate>
  typename D::Bool any(Frame<D> frame, const Predicate& predicate) {
    return memory_.any(frame, predicate);
  }
  void dsb(Barrier barrier) { emit({.kind = EffectKind::dsb, .barrier = barrier}); }
  void isb() { emit({.kind = EffectKind::isb}); }
  void tlbi(Tlbi op, Word<D> operand) { emit({.kind = EffectKind::tlbi, .tlbi = op, .value = operand}); }
  void msr_vttbr(Word<D> value) {
    vttbr_.set(cpu_, value);
    emit({.kind = EffectKind::msr, .reg = Register::vttbr_el2, .value = value});
  }
  void lock() { emit({.kind = EffectKind::lock}); }
  void unlock() { emit({.kind = EffectKind::unlock}); }
  void take_exception() { emit({.kind = EffectKind::exception}); }
  void eret() { emit({.kind = EffectKind::eret}); }

  const Memory& memory() const { return memory_; }
  Memory& memory() { return memory_; }
  /// VTTBR_EL2 of a CPU.
  Word<D> vttbr(Cpu<D> cpu) const { return vttbr_.get(cpu); }

 private:
  void emit(const Effect<D>& effect) {
    if (observer_ != nullptr) { observer_->on_effect(effect, *this); }
  }

  Memory memory_;
  VttbrFile vttbr_;
  Cpu<D> cpu_{};
  Observer<D>* observer_ = nullptr;
};

}  // namespace bulkhead::hw
