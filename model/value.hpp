#pragma once

#include <cstdint>
#include <type_traits>

/// Strong types over a value domain.
///
/// Spec, engine and hardware are written once, as templates over a domain D (see domain.hpp). A
/// quantity is a `Value<D, Tag>`: the tag says what it is (a frame number, a VMID, a descriptor
/// word) and how wide, the domain says what a word is (a `uint64_t`, or a Z3 term). Mixing two
/// kinds of quantity does not compile.
namespace bulkhead {

/// Width in bits of a quantity. A structure tag carries it; an enumeration gets it from
/// `constexpr unsigned enum_width(E)`, found by argument-dependent lookup.
template <class Tag>
constexpr unsigned width_of() {
  if constexpr (std::is_enum_v<Tag>) {
    return enum_width(Tag{});
  } else {
    return Tag::width;
  }
}

/// The mask of the low `width` bits; 64 gives all ones.
constexpr uint64_t low_mask(unsigned width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

/// A bit vector of `width_of<Tag>()` bits in domain D. Arithmetic wraps; comparisons are unsigned.
/// Comparisons give a `D::Bool`; converting that to `bool` is a decision (in the symbolic domain
/// it forks the path), so combine conditions with `&`, `|`, `!` and `select`.
template <class D, class Tag>
class Value {
 public:
  using Domain = D;
  using Bits = typename D::Bits;
  using Bool = typename D::Bool;
  /// How a comparison takes its operands: the value itself, or the value and the source line.
  using Operand = typename D::template Operand<Value>;
  static constexpr unsigned width = width_of<Tag>();
  static_assert(width >= 1 && width <= 64);

  constexpr Value() : bits_(D::constant(0, width)) {}
  /// A constant; bits above the width are dropped.
  constexpr explicit Value(uint64_t constant) : bits_(D::constant(constant & low_mask(width), width)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): an enumerator is a value of its enumeration
  constexpr Value(Tag enumerator) requires std::is_enum_v<Tag> : Value(static_cast<uint64_t>(enumerator)) {}

  static constexpr Value from_bits(Bits bits) {
    Value value;
    value.bits_ = bits;
    return value;
  }
  constexpr const Bits& bits() const { return bits_; }

  friend constexpr Bool operator==(Operand a, Operand b) { return D::equal(a.bits(), b.bits(), D::where(a)); }
  friend constexpr Bool operator!=(Operand a, Operand b) { return !D::equal(a.bits(), b.bits(), D::where(a)); }
  friend constexpr Bool operator<(Operand a, Operand b) { return D::below(a.bits(), b.bits(), D::where(a)); }
  friend constexpr Bool operator>(Operand a, Operand b) { return D::below(b.bits(), a.bits(), D::where(a)); }
  friend constexpr Bool operator<=(Operand a, Operand b) { return !D::below(b.bits(), a.bits(), D::where(a)); }
  friend constexpr Bool operator>=(Operand a, Operand b) { return !D::below(a.bits(), b.bits(), D::where(a)); }

  friend constexpr Value operator+(Value a, Value b) { return from_bits(D::add(a.bits_, b.bits_, width)); }
  friend constexpr Value operator-(Value a, Value b) { return from_bits(D::sub(a.bits_, b.bits_, width)); }
  friend constexpr Value operator&(Value a, Value b) { return from_bits(D::bit_and(a.bits_, b.bits_, width)); }
  friend constexpr Value operator|(Value a, Value b) { return from_bits(D::bit_or(a.bits_, b.bits_, width)); }
  friend constexpr Value operator^(Value a, Value b) { return from_bits(D::bit_xor(a.bits_, b.bits_, width)); }
  friend constexpr Value operator~(Value a) { return from_bits(D::bit_not(a.bits_, width)); }
  /// Shifts by a value of the same kind; a count of `width` or more gives zero.
  friend constexpr Value operator<<(Value a, Value count) {
    return from_bits(D::shift_left(a.bits_, count.bits_, width));
  }
  friend constexpr Value operator>>(Value a, Value count) {
    return from_bits(D::shift_right(a.bits_, count.bits_, width));
  }
  friend constexpr Value operator<<(Value a, unsigned count) { return a << Value(count); }
  friend constexpr Value operator>>(Value a, unsigned count) { return a >> Value(count); }

 private:
  Bits bits_;
};

/// Bits [hi:lo] of a value, as a quantity of another kind whose width is exactly hi - lo + 1.
template <class To, unsigned hi, unsigned lo, class D, class Tag>
constexpr To extract(Value<D, Tag> value) {
  static_assert(hi < Value<D, Tag>::width && hi >= lo && To::width == hi - lo + 1);
  return To::from_bits(D::extract(value.bits(), hi, lo));
}

/// The same number as a wider (or equally wide) kind of quantity, zero-extended.
template <class To, class D, class Tag>
constexpr To widen(Value<D, Tag> value) {
  static_assert(To::width >= Value<D, Tag>::width);
  return To::from_bits(D::zero_extend(value.bits(), Value<D, Tag>::width, To::width));
}

/// The low bits of a value as a narrower (or equally wide) kind of quantity.
template <class To, class D, class Tag>
constexpr To truncate(Value<D, Tag> value) {
  return extract<To, To::width - 1, 0>(value);
}

/// `condition ? yes : no` without a decision.
template <class D, class Tag>
constexpr Value<D, Tag> select(typename D::Bool condition, Value<D, Tag> yes, Value<D, Tag> no) {
  return Value<D, Tag>::from_bits(D::choose(condition, yes.bits(), no.bits()));
}

}  // namespace bulkhead
