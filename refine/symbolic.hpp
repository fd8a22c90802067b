#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "model/domain.hpp"
#include "refine/mutator.hpp"
#include "refine/session.hpp"

/// The symbolic domain: a word is a Z3 term of the exact width, a decision forks the path, a map is
/// a function under a chain of updates.
namespace bulkhead::refine {

template <class V, class... K>
class SymMap;
template <class V, class... K>
class SymSpanMap;
class SymMemory;

/// An operand of a comparison and the source line it stands on.
template <class V>
class Located {
 public:
  template <class U>
  requires std::convertible_to<U, V>
  // NOLINTNEXTLINE(google-explicit-constructor): operands convert as they are written
  Located(const U& value, const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : value_(value), where_{file, line} {}
  const SymBits& bits() const { return value_.bits(); }
  Where where() const { return where_; }

 private:
  V value_;
  Where where_;
};

struct Symbolic {
  using Bits = SymBits;
  using Bool = SymBool;
  template <class V>
  using Operand = Located<V>;
  template <class V, class... K>
  using Map = SymMap<V, K...>;
  template <class V, class... K>
  using SpanMap = SymSpanMap<V, K...>;
  using Memory = SymMemory;

  static Bits constant(uint64_t value, unsigned width) { return SymBits::of_constant(value, width); }
  template <class V>
  static Where where(const Located<V>& operand) {
    return operand.where();
  }
  static Bool equal(const Bits& a, const Bits& b, Where where);
  static Bool below(const Bits& a, const Bits& b, Where where);
  static Bits add(const Bits& a, const Bits& b, unsigned width);
  static Bits sub(const Bits& a, const Bits& b, unsigned width);
  static Bits bit_and(const Bits& a, const Bits& b, unsigned width);
  static Bits bit_or(const Bits& a, const Bits& b, unsigned width);
  static Bits bit_xor(const Bits& a, const Bits& b, unsigned width);
  static Bits bit_not(const Bits& a, unsigned width);
  static Bits shift_left(const Bits& a, const Bits& count, unsigned width);
  static Bits shift_right(const Bits& a, const Bits& count, unsigned width);
  static Bits extract(const Bits& a, unsigned hi, unsigned lo);
  static Bits zero_extend(const Bits& a, unsigned from, unsigned to);
  static Bits choose(const Bool& condition, const Bits& yes, const Bits& no);
  static void check(const Bool& stated, const char* what);
};

/// Whether all keys of one tuple equal those of another.
template <class... K>
SymBool equal_keys(const std::tuple<K...>& a, const std::tuple<K...>& b) {
  return [&]<size_t... i>(std::index_sequence<i...>) {
    return (SymBool(true) & ... & (std::get<i>(a) == std::get<i>(b)));
  }
  (std::index_sequence_for<K...>{});
}

/// A function of the keys under a chain of updates, the newest last. A read is the newest update
/// that hits, or the function at the start.
template <class V, class Keys>
class UpdateChain {
 public:
  /// Whether the keys are hit, and with what.
  using Hit = std::function<SymBool(const Keys&)>;
  using New = std::function<V(const Keys&)>;
  using Start = std::function<V(const Keys&)>;

  explicit UpdateChain(Start start) : start_(std::move(start)) {}
  void push(Hit hit, New value) { updates_.push_back({std::move(hit), std::move(value)}); }
  bool changed() const { return !updates_.empty(); }
  /// Whether some update hits the keys.
  SymBool written(const Keys& keys) const {
    SymBool any = false;
    for (const Update& update : updates_) { any = any | update.hit(keys); }
    return any;
  }

  V read(const Keys& keys) const {
    const Mutator::Quiet quiet;
    std::vector<std::pair<SymBool, V>> hits;
    for (auto update = updates_.rbegin(); update != updates_.rend(); ++update) {
      const SymBool hit = update->hit(keys);
      if (hit.is_false()) { continue; }
      hits.emplace_back(hit, update->value(keys));
      if (hit.is_true()) { break; }
    }
    const bool covered = !hits.empty() && hits.back().first.is_true();
    V result = covered ? hits.back().second : start_(keys);
    for (size_t i = hits.size(); i-- > 0;) { result = select(hits[i].first, hits[i].second, result); }
    return result;
  }

 private:
  struct Update {
    Hit hit;
    New value;
  };
  Start start_;
  std::vector<Update> updates_;
};

/// Counts, on this thread, how often fields are read or written and frames searched: for who must see that nothing is.
class Accesses {
 public:
  static uint64_t count() { return count_; }
  static void note() { ++count_; }

 private:
  static thread_local uint64_t count_;
};

/// The last member of a key tuple.
template <class Keys>
using LastKey = std::tuple_element_t<std::tuple_size_v<Keys> - 1, Keys>;

/// Whether a write happens; a fault may change its last key and its value.
template <class V, class Keys>
bool is_written(const char* field, Keys& keys, V& value) {
  Mutator* mutator = Mutator::current();
  if (mutator == nullptr) { return true; }
  auto& last = std::get<std::tuple_size_v<Keys> - 1>(keys);
  SymBits key = last.bits();
  SymBits bits = value.bits();
  const bool happens = mutator->write(field, key, bits);
  last = LastKey<Keys>::from_bits(key);
  value = V::from_bits(bits);
  return happens;
}

/// The answer that a fault gives to a search, if there is one.
inline std::optional<bool> fixed_search() {
  Mutator* mutator = Mutator::current();
  return mutator == nullptr ? std::nullopt : mutator->fixed(Moment::search, {});
}

template <class V, class... K>
class SymMap {
 public:
  using Keys = std::tuple<K...>;
  using Start = std::function<V(K...)>;
  /// `name` is what a fault in a write is told by.
  explicit SymMap(Start start, const char* name = "field")
      : chain_([start = std::move(start)](const Keys& keys) { return std::apply(start, keys); }), name_(name) {}

  V get(K... keys) const {
    Accesses::note();
    return chain_.read(Keys(keys...));
  }
  void set(K... keys, V value) {
    Accesses::note();
    Keys at(keys...);
    if (!is_written(name_, at, value)) { return; }
    chain_.push([at](const Keys& k) { return equal_keys(at, k); }, [value](const Keys&) { return value; });
  }
  /// Arguments: the keys before the last, predicate.
  template <class... A>
  SymBool any(A... arguments) const {
    Accesses::note();
    Mutator* mutator = Mutator::current();
    if (const auto answer = fixed_search()) { return *answer; }
    const Mutator::Quiet quiet;
    const auto all = std::make_tuple(arguments...);
    const auto holds_for = [snapshot = *this, all](const SymBits& last) {
      return std::get<sizeof...(K) - 1>(all)(snapshot.chain_.read(with_last(all, LastKey<Keys>::from_bits(last))));
    };
    const SymBits first = std::get<0>(all).bits();
    const SymBool found = first.is_constant() ? any_of_all(holds_for) : first.session()->some_vcpu(holds_for);
    if (mutator != nullptr) { mutator->depends_on(found); }
    return found;
  }
  bool changed() const { return chain_.changed(); }
  SymBool written(K... keys) const { return chain_.written(Keys(keys...)); }

 private:
  template <class All>
  static Keys with_last(const All& all, LastKey<Keys> last) {
    return [&]<size_t... i>(std::index_sequence<i...>) { return Keys(std::get<i>(all)..., last); }
    (std::make_index_sequence<sizeof...(K) - 1>{});
  }
  /// In a state of constants the question has an answer, key by key.
  static SymBool any_of_all(const std::function<SymBool(const SymBits&)>& holds_at) {
    static_assert(LastKey<Keys>::width <= index_bits, "every last key is looked at");
    SymBool found = false;
    for (uint64_t key = 0; key <= low_mask(LastKey<Keys>::width) && !found.is_true(); ++key) {
      found = found | holds_at(LastKey<Keys>(key).bits());
    }
    return found;
  }

  UpdateChain<V, Keys> chain_;
  const char* name_;
};

template <class V, class... K>
class SymSpanMap {
 public:
  using Keys = std::tuple<K...>;
  using Last = LastKey<Keys>;
  using Start = std::function<V(K...)>;
  /// Pages that between them show every value the map takes; only a state of constants has them.
  using Samples = std::shared_ptr<const std::vector<uint64_t>>;
  explicit SymSpanMap(Start start) : SymSpanMap(std::move(start), nullptr) {}
  SymSpanMap(Start start, Samples samples)
      : chain_([start = std::move(start)](const Keys& keys) { return std::apply(start, keys); }),
        samples_(std::move(samples)) {}

  V get(K... keys) const { return chain_.read(Keys(keys...)); }
  SymBool written(K... keys) const { return chain_.written(Keys(keys...)); }
  void set(K... keys, V value) {
    chain_.push([at = Keys(keys...)](const Keys& k) { return equal_keys(at, k); },
                [value](const Keys&) { return value; });
  }

  /// Arguments: prefix..., span, value.
  template <class... A>
  void set_span(A... arguments) {
    const auto all = std::make_tuple(arguments...);
    constexpr size_t prefix = sizeof...(A) - 2;
    const Span<Last> span = std::get<prefix>(all);
    const V value = std::get<prefix + 1>(all);
    chain_.push([all, span](const Keys& k) { return same_prefix<prefix>(all, k) & span.contains(std::get<prefix>(k)); },
                [value](const Keys&) { return value; });
  }

  /// Arguments: prefix..., span, predicate.
  template <class... A>
  SymBool any(A... arguments) const {
    if (const auto answer = fixed_search()) { return *answer; }
    const Mutator::Quiet quiet;
    const auto all = std::make_tuple(arguments...);
    constexpr size_t prefix = sizeof...(A) - 2;
    const Span<Last> span = std::get<prefix>(all);
    const auto predicate = std::get<prefix + 1>(all);
    const auto holds_for = [snapshot = *this, all, predicate](const SymBits& bits) {
      const Last last = Last::from_bits(bits);
      return holds_at(predicate, snapshot.chain_.read(with_last<prefix>(all, last)), last);
    };
    if (samples_ != nullptr) { return any_of_samples(span, holds_for); }
    const auto inside = [span](const SymBits& page) { return span.contains(Last::from_bits(page)); };
    return session_of(all, span)->some_page(inside, holds_for);
  }

 private:
  template <size_t prefix, class All>
  static SymBool same_prefix(const All& all, const Keys& k) {
    return [&]<size_t... i>(std::index_sequence<i...>) {
      return (SymBool(true) & ... & (std::get<i>(all) == std::get<i>(k)));
    }
    (std::make_index_sequence<prefix>{});
  }
  template <size_t prefix, class All>
  static Keys with_last(const All& all, Last last) {
    return [&]<size_t... i>(std::index_sequence<i...>) { return Keys(std::get<i>(all)..., last); }
    (std::make_index_sequence<prefix>{});
  }
  /// The session of whichever key is a term; a range whose keys are all constants has none, and no
  /// handler or rule makes one.
  template <class All>
  static Session* session_of(const All& all, const Span<Last>& span) {
    Session* session = span.base.bits().session();
    std::apply(
        [&session](const auto&... part) {
          const auto look = [&session](const auto& p) {
            if constexpr (requires { p.bits(); }) { session = session == nullptr ? p.bits().session() : session; }
          };
          (look(part), ...);
        },
        all);
    return session;
  }

  SymBool any_of_samples(const Span<Last>& span, const std::function<SymBool(const SymBits&)>& holds_at) const {
    SymBool found = holds_at(span.base.bits());
    for (const uint64_t page : *samples_) {
      if (span.contains(Last(page)).is_true()) { found = found | holds_at(Last(page).bits()); }
    }
    return found;
  }

  UpdateChain<V, Keys> chain_;
  Samples samples_;
};

/// Physical memory as a function of frame and index under stores, fills and copies.
class SymMemory {
 public:
  using FrameKey = Frame<Symbolic>;
  using IndexKey = Index<Symbolic>;
  using Keys = std::tuple<FrameKey, IndexKey>;
  using Start = std::function<Word<Symbolic>(FrameKey, IndexKey)>;
  explicit SymMemory(Start start)
      : chain_([start = std::move(start)](const Keys& keys) { return std::apply(start, keys); }) {}

  Word<Symbolic> load(FrameKey frame, IndexKey index) const { return chain_.read({frame, index}); }
  SymBool written(FrameKey frame, IndexKey index) const { return chain_.written({frame, index}); }
  void store(FrameKey frame, IndexKey index, Word<Symbolic> word);
  void fill(FrameKey frame, Word<Symbolic> word, uint64_t step);
  void copy(FrameKey to, FrameKey from);
  template <class Predicate>
  SymBool any(FrameKey frame, const Predicate& predicate) const {
    Accesses::note();
    Mutator* mutator = Mutator::current();
    if (const auto answer = fixed_search()) { return *answer; }
    const Mutator::Quiet quiet;
    const auto holds_for = [snapshot = *this, frame, predicate](const SymBits& index) {
      const auto key = IndexKey::from_bits(index);
      return holds_at(predicate, snapshot.load(frame, key), key);
    };
    const SymBool found = frame.bits().is_constant() ? any_of_512(holds_for)
                                                     : frame.bits().session()->some_entry(frame.bits(), holds_for);
    if (mutator != nullptr) { mutator->depends_on(found); }
    return found;
  }

 private:
  /// On known content the question has an answer, entry by entry.
  static SymBool any_of_512(const std::function<SymBool(const SymBits&)>& holds_at);

  /// Whether a write is the last one once more, which changes nothing.
  bool repeats(char kind, const std::vector<SymBits>& operands);

  UpdateChain<Word<Symbolic>, Keys> chain_;
  char last_kind_ = 0;
  std::vector<SymBits> last_operands_;
};

}  // namespace bulkhead::refine
