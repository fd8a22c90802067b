#pragma once

#include <random>
#include <string>

#include "model/concrete.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

/// Pseudo-random numbers, the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  uint64_t word() { return engine_(); }
  /// A number in 0..count-1.
  uint64_t below(uint64_t count) { return engine_() % count; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// Named variables of a session and the value that each stands for, so that a term over them has one.
class Pinned {
 public:
  explicit Pinned(Session& session) : session_(session), from_(session.context()), to_(session.context()) {}

  /// A new variable that stands for the value.
  SymBits variable(uint64_t value, unsigned width) {
    const SymBits name = session_.fresh_bits("pinned", width);
    from_.push_back(session_.expr(name));
    to_.push_back(session_.context().bv_val(value, width));
    return name;
  }
  template <class V>
  V variable(uint64_t value) {
    return V::from_bits(variable(value & low_mask(V::width), V::width));
  }

  /// The value of a term over the variables alone.
  uint64_t value(const SymBits& bits) { return bits.is_constant() ? bits.constant() : number(session_.expr(bits)); }
  /// Whether a term over the variables alone holds.
  bool holds(const SymBool& flag) { return holds(session_.expr(flag)); }
  bool holds(z3::expr term) {
    const z3::expr result = term.substitute(from_, to_).simplify();
    if (!result.is_true() && !result.is_false()) { throw Fault("the term has other variables: " + result.to_string()); }
    return result.is_true();
  }
  /// The solver of the session, too, learns what the variables stand for.
  void tell_solver() {
    for (unsigned i = 0; i < from_.size(); ++i) {
      session_.solver().add(from_[static_cast<int>(i)] == to_[static_cast<int>(i)]);
    }
  }

 private:
  uint64_t number(z3::expr term) { return term.substitute(from_, to_).simplify().get_numeral_uint64(); }

  Session& session_;
  z3::expr_vector from_, to_;
};

}  // namespace bulkhead::refine
