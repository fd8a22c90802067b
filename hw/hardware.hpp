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

/// Someone who is told of each effect instead of the hardware and decides what is carried out: fault injection.
template <ValueDomain D>
class Interposer {
 public:
  virtual ~Interposer() = default;
  /// What is to happen is told to `hardware.carry_out`: the effect, another one, more than one, or none. The value that
  /// a load gives is the one left in `effect`.
  virtual void on_effect(Effect<D>& effect, Hardware<D>& hardware) = 0;
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

  /// Who is to stand between the engine and the hardware; none if null.
  void interpose(Interposer<D>* interposer) { interposer_ = interposer; }

  Word<D> load(Frame<D> frame, Index<D> index) {
    return perform({.kind = EffectKind::load, .frame = frame, .index = index});
  }
  void store(Frame<D> frame, Index<D> index, Word<D> value) {
    perform({.kind = EffectKind::store, .frame = frame, .index = index, .value = value});
  }
  void fill(Frame<D> frame, Word<D> value, uint64_t step = 0) {
    perform({.kind = EffectKind::fill, .frame = frame, .value = value, .step = step});
  }
  void copy(Frame<D> to, Frame<D> from) { perform({.kind = EffectKind::copy, .frame = to, .source = from}); }
  void clean(Frame<D> frame) { perform({.kind = EffectKind::clean, .frame = frame}); }
  /// Whether some word of the frame, or word and index, satisfies the predicate: 512 loads.
  template <class Predicate>
  typename D::Bool any(Frame<D> frame, const Predicate& predicate) {
    return memory_.any(frame, predicate);
  }
  void dsb(Barrier barrier) { perform({.kind = EffectKind::dsb, .barrier = barrier}); }
  void isb() { perform({.kind = EffectKind::isb}); }
  void tlbi(Tlbi op, Word<D> operand) { perform({.kind = EffectKind::tlbi, .tlbi = op, .value = operand}); }
  void msr_vttbr(Word<D> value) { perform({.kind = EffectKind::msr, .reg = Register::vttbr_el2, .value = value}); }
  void lock() { perform({.kind = EffectKind::lock}); }
  void unlock() { perform({.kind = EffectKind::unlock}); }
  void take_exception() { perform({.kind = EffectKind::exception}); }
  void eret() { perform({.kind = EffectKind::eret}); }

  /// Does to memory and registers what the effect says, and tells the observer. A load leaves its value in the effect.
  void carry_out(Effect<D>& effect) {
    switch (effect.kind) {
      case EffectKind::load:
        effect.value = memory_.load(effect.frame, effect.index);
        break;
      case EffectKind::store:
        memory_.store(effect.frame, effect.index, effect.value);
        break;
      case EffectKind::fill:
        memory_.fill(effect.frame, effect.value, effect.step);
        break;
      case EffectKind::copy:
        memory_.copy(effect.frame, effect.source);
        break;
      case EffectKind::msr:
        if (effect.reg == Register::vttbr_el2) { vttbr_.set(cpu_, effect.value); }
        break;
      case EffectKind::clean:
      case EffectKind::dsb:
      case EffectKind::isb:
      case EffectKind::tlbi:
      case EffectKind::dc:
      case EffectKind::ic:
      case EffectKind::lock:
      case EffectKind::unlock:
      case EffectKind::eret:
      case EffectKind::exception:
        break;
    }
    if (observer_ != nullptr) { observer_->on_effect(effect, *this); }
  }

  const Memory& memory() const { return memory_; }
  Memory& memory() { return memory_; }
  /// VTTBR_EL2 of a CPU.
  Word<D> vttbr(Cpu<D> cpu) const { return vttbr_.get(cpu); }

 private:
  /// The value that a load gives.
  Word<D> perform(Effect<D> effect) {
    if (interposer_ != nullptr) {
      interposer_->on_effect(effect, *this);
    } else {
      carry_out(effect);
    }
    return effect.value;
  }

  Memory memory_;
  VttbrFile vttbr_;
  Cpu<D> cpu_{};
  Observer<D>* observer_ = nullptr;
  Interposer<D>* interposer_ = nullptr;
};

}  // namespace bulkhead::hw
