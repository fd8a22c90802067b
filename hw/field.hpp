#pragma once

#include "model/domain.hpp"

namespace bulkhead::hw {

/// Bits [hi:lo] of a 64-bit register or descriptor word. `Register` is the tag of the word, so that a
/// field of VTCR_EL2 cannot be read from a VTTBR_EL2.
template <class Register, unsigned hi, unsigned lo>
struct Field {
  static_assert(hi >= lo && hi < Register::width);
  static constexpr unsigned width = hi - lo + 1;
  static constexpr uint64_t mask = low_mask(width) << lo;

  /// The field's value, right-aligned in a word.
  template <ValueDomain D>
  static constexpr Word<D> get(Value<D, Register> word) {
    return widen<Word<D>>((word >> lo) & Value<D, Register>(low_mask(width)));
  }
  /// Whether the field has the value.
  template <ValueDomain D>
  static constexpr typename D::Bool is(Value<D, Register> word, uint64_t value) {
    return (word & Value<D, Register>(mask)) == Value<D, Register>(value << lo);
  }
  /// The value in its place; what does not fit is dropped.
  static constexpr uint64_t of(uint64_t value) { return (value << lo) & mask; }
};

}  // namespace bulkhead::hw
