#pragma once

#include <concepts>
#include <cstdint>

#include "model/types.hpp"

namespace bulkhead {

/// 2^n values, aligned to as many: those that differ from `base` at most in the bits of `below`, which
/// is 2^n - 1.
template <class V>
struct Span {
  V base;
  V below;

  auto contains(V value) const { return (value & ~below) == (base & ~below); }
};

/// Whether a predicate on a value, or on a value and the key it stands at, holds.
template <class Predicate, class V, class K>
auto holds_at(const Predicate& predicate, V value, K key) {
  if constexpr (requires { predicate(value, key); }) {
    return predicate(value, key);
  } else {
    return predicate(value);
  }
}

/// What every value domain offers (architecture: "One source, every domain").
///
/// - `Bits`, `Bool`: a word and a truth value. `Bool` combines with `&`, `|`, `!` and converts to
///   `bool` explicitly: that conversion is a *decision*, which forks the path in a symbolic domain.
/// - `Operand<V>`, `where`: how comparisons take operands, so that a decision knows its source line.
/// - `Map<V, K...>`: a total function from keys to a value; `get`, `set`, and `any` where few keys can come last. It
///   starts as the function it is constructed with.
/// - `SpanMap<V, K...>`: the same, and whole spans of the last key at once: `set_span`, `any`.
/// - `Memory`: frames of 512 words: `load`, `store`, `fill`, `copy`, `any`. A fill has a step, 0 or a power of two:
///   word i becomes `word | i * step`.
/// - The predicate of `any` takes a value, or a value and its key.
/// - `check`: a belief of the program. False is a fault of the program, never of its caller.
template <class D>
concept ValueDomain = requires(typename D::Bits bits, typename D::Bool flag, unsigned width) {
  { D::constant(uint64_t{}, width) } -> std::same_as<typename D::Bits>;
  { D::add(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::sub(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::bit_and(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::bit_or(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::bit_xor(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::bit_not(bits, width) } -> std::same_as<typename D::Bits>;
  { D::shift_left(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::shift_right(bits, bits, width) } -> std::same_as<typename D::Bits>;
  { D::extract(bits, width, width) } -> std::same_as<typename D::Bits>;
  { D::zero_extend(bits, width, width) } -> std::same_as<typename D::Bits>;
  { D::choose(flag, bits, bits) } -> std::same_as<typename D::Bits>;
  { flag& flag } -> std::same_as<typename D::Bool>;
  { flag | flag } -> std::same_as<typename D::Bool>;
  { !flag } -> std::same_as<typename D::Bool>;
  {static_cast<bool>(flag)};
  {D::check(flag, "")};
  typename D::Memory;
  typename D::template Map<Word<D>, Frame<D>>;
  typename D::template SpanMap<Word<D>, CompartmentId<D>, Page<D>>;
};

}  // namespace bulkhead
