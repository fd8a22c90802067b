#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <unordered_map>

#include "model/domain.hpp"

namespace bulkhead {

/// A belief of the engine, the spec or the hardware model that turned out false: a defect of
/// Bulkhead or of a changed engine, never of the caller. Alive in every build.
class Fault : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A truth value that does not mix with integers.
class ConcreteBool {
 public:
  constexpr ConcreteBool() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `true` and `false` are truth values
  constexpr ConcreteBool(bool value) : value_(value) {}
  constexpr explicit operator bool() const { return value_; }
  friend constexpr ConcreteBool operator&(ConcreteBool a, ConcreteBool b) { return a.value_ && b.value_; }
  friend constexpr ConcreteBool operator|(ConcreteBool a, ConcreteBool b) { return a.value_ || b.value_; }
  friend constexpr ConcreteBool operator!(ConcreteBool a) { return !a.value_; }
  friend constexpr ConcreteBool operator==(ConcreteBool a, ConcreteBool b) { return a.value_ == b.value_; }

 private:
  bool value_ = false;
};

template <class V, class... K>
class ConcreteMap;
template <class V, class... K>
class ConcreteSpanMap;
class ConcreteMemory;

/// The concrete domain: a word is a `uint64_t`, a decision is a branch. Used for replay, fuzzing
/// and tests.
struct Concrete {
  using Bits = uint64_t;
  using Bool = ConcreteBool;
  template <class V>
  using Operand = V;
  template <class V, class... K>
  using Map = ConcreteMap<V, K...>;
  template <class V, class... K>
  using SpanMap = ConcreteSpanMap<V, K...>;
  using Memory = ConcreteMemory;
  struct Where {};

  static constexpr Bits constant(uint64_t value, unsigned /*width*/) { return value; }
  template <class V>
  static constexpr Where where(const V& /*operand*/) {
    return {};
  }
  static constexpr Bool equal(Bits a, Bits b, Where /*where*/) { return a == b; }
  static constexpr Bool below(Bits a, Bits b, Where /*where*/) { return a < b; }
  static constexpr Bits add(Bits a, Bits b, unsigned width) { return (a + b) & low_mask(width); }
  static constexpr Bits sub(Bits a, Bits b, unsigned width) { return (a - b) & low_mask(width); }
  static constexpr Bits bit_and(Bits a, Bits b, unsigned /*width*/) { return a & b; }
  static constexpr Bits bit_or(Bits a, Bits b, unsigned /*width*/) { return a | b; }
  static constexpr Bits bit_xor(Bits a, Bits b, unsigned /*width*/) { return a ^ b; }
  static constexpr Bits bit_not(Bits a, unsigned width) { return ~a & low_mask(width); }
  static constexpr Bits shift_left(Bits a, Bits count, unsigned width) {
    return count >= width ? 0 : (a << count) & low_mask(width);
  }
  static constexpr Bits shift_right(Bits a, Bits count, unsigned width) { return count >= width ? 0 : a >> count; }
  static constexpr Bits extract(Bits a, unsigned hi, unsigned lo) { return (a >> lo) & low_mask(hi - lo + 1); }
  static constexpr Bits zero_extend(Bits a, unsigned /*from*/, unsigned /*to*/) { return a; }
  static constexpr Bits choose(Bool condition, Bits yes, Bits no) { return static_cast<bool>(condition) ? yes : no; }
  static constexpr void check(Bool belief, const char* what) {
    if (!belief) { throw Fault(what); }
  }
};

/// The number in a concrete value, and its enumerator.
template <class Tag>
constexpr uint64_t raw(Value<Concrete, Tag> value) {
  return value.bits();
}
template <class E>
requires std::is_enum_v<E>
constexpr E enumerator(Value<Concrete, E> value) { return static_cast<E>(value.bits()); }

/// Several keys as one number, the first in the highest bits, so that the last key is contiguous.
template <class... K>
constexpr uint64_t pack(K... keys) {
  static_assert((K::width + ...) <= 64);
  uint64_t packed = 0;
  ((packed = (K::width == 64 ? 0 : packed << K::width) | keys.bits()), ...);
  return packed;
}

/// A function from keys to a value: an overlay of what was set over the function at the start.
template <class V, class... K>
class ConcreteMap {
 public:
  using Start = std::function<V(K...)>;
  explicit ConcreteMap(Start start) : start_(std::move(start)) {}

  V get(K... keys) const {
    const auto found = set_.find(pack(keys...));
    return found == set_.end() ? start_(keys...) : found->second;
  }
  void set(K... keys, V value) { set_.insert_or_assign(pack(keys...), value); }
  /// Whether `predicate` holds of the value at some last key, under the keys before it.
  template <class... A>
  Concrete::Bool any(A... arguments) const {
    return any_of(std::make_tuple(arguments...), std::make_index_sequence<sizeof...(K) - 1>{});
  }

 private:
  using Last = std::tuple_element_t<sizeof...(K) - 1, std::tuple<K...>>;

  template <class All, size_t... i>
  bool any_of(const All& all, std::index_sequence<i...> /*prefix*/) const {
    static_assert(Last::width <= index_bits, "every last key is looked at");
    const auto& predicate = std::get<sizeof...(i)>(all);
    for (uint64_t key = 0; key <= low_mask(Last::width); ++key) {
      if (predicate(get(std::get<i>(all)..., Last(key)))) { return true; }
    }
    return false;
  }

  Start start_;
  std::unordered_map<uint64_t, V> set_;
};

/// A piecewise constant function: every boundary starts a new piece.
template <class V, class... K>
class ConcreteSpanMap {
 public:
  using Start = std::function<V(K...)>;
  /// The function at the start must be constant.
  explicit ConcreteSpanMap(const Start& start) { pieces_.emplace(0, start(K{}...)); }

  V get(K... keys) const { return piece_at(pack(keys...))->second; }
  void set(K... keys, V value) { assign(pack(keys...), pack(keys...), value); }

  /// Gives every last key of the span, under the keys `prefix`, the value. Arguments: prefix..., span, value.
  template <class... A>
  void set_span(A... arguments) {
    split([this](uint64_t first, uint64_t last, V value) { assign(first, last, value); }, arguments...);
  }
  /// Whether some last key of the span has a value for which `predicate` holds, that of the value alone or of value
  /// and key. Arguments: prefix..., span, predicate.
  template <class... A>
  Concrete::Bool any(A... arguments) const {
    bool found = false;
    split(
        [this, &found](uint64_t first, uint64_t last, const auto& predicate) {
          for (auto piece = piece_at(first); !found && piece != pieces_.end() && piece->first <= last; ++piece) {
            const auto next = std::next(piece);
            const uint64_t end = next == pieces_.end() ? last : std::min(last, next->first - 1);
            found = holds_in_piece(predicate, std::max(first, piece->first), end, piece->second);
          }
        },
        arguments...);
    return found;
  }
  /// How many pieces there are.
  size_t pieces() const { return pieces_.size(); }

 private:
  using Pieces = std::map<uint64_t, V>;

  typename Pieces::const_iterator piece_at(uint64_t key) const { return std::prev(pieces_.upper_bound(key)); }

  using Last = std::tuple_element_t<sizeof...(K) - 1, std::tuple<K...>>;

  /// Whether the predicate holds of the value at some key from `first` to `last`.
  template <class Predicate>
  static bool holds_in_piece(const Predicate& predicate, uint64_t first, uint64_t last, V value) {
    if constexpr (requires { predicate(value); }) {
      return static_cast<bool>(predicate(value));
    } else {
      uint64_t key = first;
      while (key != last && !predicate(value, Last(key & low_mask(Last::width)))) { ++key; }
      return static_cast<bool>(predicate(value, Last(key & low_mask(Last::width))));
    }
  }

  void assign(uint64_t first, uint64_t last, V value) {
    const V after = piece_at(last)->second;
    pieces_.erase(pieces_.lower_bound(first), pieces_.upper_bound(last));
    if (first == 0 || static_cast<bool>(std::prev(pieces_.lower_bound(first))->second != value)) {
      pieces_.emplace(first, value);
    }
    if (last == ~uint64_t{0}) { return; }
    const auto next = pieces_.find(last + 1);
    if (next == pieces_.end()) {
      if (static_cast<bool>(after != value)) { pieces_.emplace(last + 1, after); }
    } else if (static_cast<bool>(next->second == value)) {
      pieces_.erase(next);
    }
  }

  /// Calls `use(packed first, packed last, payload)` with the ends of the span.
  template <class Use, class Key, class Payload>
  static void split(const Use& use, Span<Key> span, Payload payload) {
    use(pack(span.base & ~span.below), pack(span.base | span.below), payload);
  }
  template <class Use, class P1, class Key, class Payload>
  static void split(const Use& use, P1 p1, Span<Key> span, Payload payload) {
    use(pack(p1, span.base & ~span.below), pack(p1, span.base | span.below), payload);
  }
  template <class Use, class P1, class P2, class Key, class Payload>
  static void split(const Use& use, P1 p1, P2 p2, Span<Key> span, Payload payload) {
    use(pack(p1, p2, span.base & ~span.below), pack(p1, p2, span.base | span.below), payload);
  }

  Pieces pieces_;
};

/// Physical memory, frame by frame; a frame takes its start content when it is first touched.
class ConcreteMemory {
 public:
  using Start = std::function<Word<Concrete>(Frame<Concrete>, Index<Concrete>)>;
  using Content = std::array<uint64_t, entries_per_table>;
  explicit ConcreteMemory(Start start) : start_(std::move(start)) {}

  Word<Concrete> load(Frame<Concrete> frame, Index<Concrete> index) const {
    return Word<Concrete>(content(frame)[raw(index)]);
  }
  void store(Frame<Concrete> frame, Index<Concrete> index, Word<Concrete> word) {
    content(frame)[raw(index)] = raw(word);
  }
  void fill(Frame<Concrete> frame, Word<Concrete> word, uint64_t step) {
    Content& words = content(frame);
    for (uint64_t i = 0; i < entries_per_table; ++i) { words[i] = raw(word) | i * step; }
  }
  void copy(Frame<Concrete> to, Frame<Concrete> from) {
    const Content source = content(from);
    content(to) = source;
  }
  /// All words of a frame.
  const Content& words(Frame<Concrete> frame) const { return content(frame); }
  /// Whether the frame was ever read or written. If not, it holds what it held at the start.
  bool touched(Frame<Concrete> frame) const { return frames_.find(raw(frame)) != frames_.end(); }
  /// Whether some word of the frame, or word and index, satisfies the predicate.
  template <class Predicate>
  Concrete::Bool any(Frame<Concrete> frame, const Predicate& predicate) const {
    const Content& words = content(frame);
    for (uint64_t i = 0; i < entries_per_table; ++i) {
      if (holds_at(predicate, Word<Concrete>(words[i]), Index<Concrete>(i))) { return true; }
    }
    return false;
  }

 private:
  Content& content(Frame<Concrete> frame) const {
    std::unique_ptr<Content>& place = frames_[raw(frame)];
    if (!place) {
      place = std::make_unique<Content>();
      for (uint64_t i = 0; i < entries_per_table; ++i) { (*place)[i] = raw(start_(frame, Index<Concrete>(i))); }
    }
    return *place;
  }

  Start start_;
  mutable std::unordered_map<uint64_t, std::unique_ptr<Content>> frames_;
};

static_assert(ValueDomain<Concrete>);

}  // namespace bulkhead
