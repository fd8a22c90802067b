#include "refine/effect_mutator.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;
using E = hw::Effect<S>;

Moment moment_of(Kind kind) {
  switch (kind) {
    case Kind::load:
      return Moment::load;
    case Kind::store:
      return Moment::store;
    case Kind::fill:
      return Moment::fill;
    case Kind::copy:
      return Moment::copy;
    case Kind::clean:
      return Moment::clean;
    case Kind::dsb:
      return Moment::dsb;
    case Kind::isb:
      return Moment::isb;
    case Kind::dc:
      return Moment::dc;
    case Kind::ic:
      return Moment::ic;
    case Kind::tlbi:
      return Moment::tlbi;
    case Kind::msr:
      return Moment::msr;
    case Kind::lock:
      return Moment::lock;
    case Kind::unlock:
      return Moment::unlock;
    case Kind::eret:
      return Moment::eret;
    case Kind::exception:
      return Moment::exception;
  }
  return Moment::isb;
}

std::string what_of(const E& e) {
  if (e.kind == Kind::dsb) { return std::string(hw::barrier_names.at(static_cast<size_t>(e.barrier))); }
  if (e.kind == Kind::tlbi) { return std::string(hw::tlbi_names.at(static_cast<size_t>(e.tlbi))); }
  if (e.kind == Kind::msr) { return std::string(hw::register_names.at(static_cast<size_t>(e.reg))); }
  return "";
}

hw::Barrier weaker(hw::Barrier barrier) {
  return barrier == hw::Barrier::ish || barrier == hw::Barrier::sy ? hw::Barrier::ishst : hw::Barrier::nsh;
}

/// Less than the operation: on this CPU alone, or the stage-1 entries alone.
hw::Tlbi weaker(hw::Tlbi op) {
  switch (op) {
    case hw::Tlbi::vmalle1is:
      return hw::Tlbi::vmalle1;
    case hw::Tlbi::ipas2e1is:
      return hw::Tlbi::ipas2e1;
    case hw::Tlbi::ipas2le1is:
      return hw::Tlbi::ipas2le1;
    case hw::Tlbi::vmalls12e1is:
    case hw::Tlbi::alle1is:
      return hw::Tlbi::vmalls12e1;
    case hw::Tlbi::vmalle1:
    case hw::Tlbi::vmalls12e1:
    case hw::Tlbi::ipas2e1:
    case hw::Tlbi::ipas2le1:
    case hw::Tlbi::alle1:
      break;
  }
  return hw::Tlbi::vmalle1;
}

bool has_operand(const E& e) {
  return e.kind == Kind::tlbi && (e.tlbi == hw::Tlbi::ipas2e1is || e.tlbi == hw::Tlbi::ipas2le1is);
}

void add_for_frame(const SymBits& frame, std::vector<Operator>& operators) {
  operators.push_back(Operator::target_neighbour);
  if (Mutator::has_high_half(frame)) { operators.push_back(Operator::target_high_lost); }
}

void add_for_value(const SymBits& value, std::vector<Operator>& operators) {
  operators.push_back(Operator::value_off_by_one);
  if (Mutator::has_high_half(value)) { operators.push_back(Operator::value_high_lost); }
}

std::vector<Operator> operators_of(const E& e) {
  std::vector<Operator> all = {Operator::drop, Operator::duplicate};
  // A load gives its value at once, and nothing comes after the return.
  if (e.kind != Kind::load && e.kind != Kind::eret) { all.push_back(Operator::move); }
  const bool has_frame = e.kind == Kind::load || e.kind == Kind::store || e.kind == Kind::fill ||
                         e.kind == Kind::copy || e.kind == Kind::clean;
  if (has_frame) { add_for_frame(e.frame.bits(), all); }
  if (e.kind == Kind::load || e.kind == Kind::store) { all.push_back(Operator::index_neighbour); }
  if (e.kind == Kind::load) { all.insert(all.end(), {Operator::value_off_by_one, Operator::value_high_lost}); }
  if (e.kind == Kind::store || e.kind == Kind::fill || e.kind == Kind::msr || has_operand(e)) {
    add_for_value(e.value.bits(), all);
  }
  if (e.kind == Kind::store || e.kind == Kind::msr) { all.push_back(Operator::value_stale); }
  if (e.kind == Kind::copy) { all.insert(all.end(), {Operator::source_neighbour, Operator::source_high_lost}); }
  if (e.kind == Kind::dsb || e.kind == Kind::tlbi) { all.push_back(Operator::weaker); }
  return all;
}

Word<S> alter(Word<S> value, Operator op) { return Word<S>::from_bits(Mutator::altered(value.bits(), op)); }
Frame<S> alter(Frame<S> frame, Operator op) { return Frame<S>::from_bits(Mutator::altered(frame.bits(), op)); }

/// The effect with its operand gone wrong, if the operator is about one.
void corrupt(Operator op, E& e, const hw::Hardware<S>& hardware) {
  switch (op) {
    case Operator::target_neighbour:
    case Operator::target_high_lost:
      e.frame = alter(e.frame, op);
      break;
    case Operator::source_neighbour:
    case Operator::source_high_lost:
      e.source = alter(e.source, op);
      break;
    case Operator::index_neighbour:
      e.index = Index<S>::from_bits(Mutator::altered(e.index.bits(), op));
      break;
    case Operator::value_off_by_one:
    case Operator::value_high_lost:
      e.value = alter(e.value, op);
      break;
    case Operator::value_stale:
      e.value = e.kind == Kind::msr ? hardware.vttbr(hardware.cpu()) : hardware.memory().load(e.frame, e.index);
      break;
    case Operator::weaker:
      e.barrier = weaker(e.barrier);
      e.tlbi = weaker(e.tlbi);
      break;
    case Operator::drop:
    case Operator::duplicate:
    case Operator::move:
    case Operator::negate:
    case Operator::always:
    case Operator::never:
    case Operator::left:
    case Operator::right:
    case Operator::off_by_one:
    case Operator::zero:
      break;
  }
}

}  // namespace

void EffectMutator::on_effect(E& effect, hw::Hardware<S>& hardware) {
  const auto op = mutator_.next(moment_of(effect.kind), what_of(effect), {}, operators_of(effect));
  const Mutator::Quiet quiet;
  std::optional<E> late = std::exchange(late_, std::nullopt);
  if (op) {
    carry_out(*op, effect, hardware);
  } else {
    hardware.carry_out(effect);
  }
  if (late) { hardware.carry_out(*late); }
}

void EffectMutator::carry_out(Operator op, E& effect, hw::Hardware<S>& hardware) {
  if (op == Operator::drop) { return; }
  if (effect.kind == Kind::load) {
    const bool on_value = op == Operator::value_off_by_one || op == Operator::value_high_lost;
    if (!on_value) { corrupt(op, effect, hardware); }
    hardware.carry_out(effect);
    if (op == Operator::duplicate) { hardware.carry_out(effect); }
    if (on_value) { effect.value = alter(effect.value, op); }
    return;
  }
  if (op == Operator::move) {
    late_ = effect;
    return;
  }
  corrupt(op, effect, hardware);
  hardware.carry_out(effect);
  if (op == Operator::duplicate) { hardware.carry_out(effect); }
}

}  // namespace bulkhead::refine
