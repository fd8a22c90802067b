#include "tests/catch.hpp"
#include "tests/refine/pinned.hpp"

/// Maps, range maps and memory of the symbolic domain against the concrete ones, under random updates: on
/// constants, and on terms whose variables stand for the same numbers.
namespace bulkhead::refine {
namespace {

using C = Concrete;
using S = Symbolic;

/// A quantity in three forms: concrete, as a constant, as a term or a constant.
template <class Tag>
struct Value3 {
  Value<C, Tag> number;
  Value<S, Tag> constant;
  Value<S, Tag> term;
};

class MapTest {
 public:
  explicit MapTest(uint64_t seed) : dice(seed), pinned(session) {}

  template <class Tag>
  Value3<Tag> value(uint64_t number) {
    using V = Value<S, Tag>;
    return {Value<C, Tag>(number), V(number), dice.chance(60) ? pinned.variable<V>(number) : V(number)};
  }
  template <class Tag>
  void compare(Value<C, Tag> number, Value<S, Tag> constant, Value<S, Tag> term) {
    REQUIRE(constant.bits().is_constant());
    REQUIRE(constant.bits().constant() == raw(number));
    REQUIRE(pinned.value(term.bits()) == raw(number));
  }

  Session session;
  Dice dice;
  Pinned pinned;
};

constexpr auto at_start = []<class D>(Frame<D> frame, Index<D> index) {
  return (widen<Word<D>>(frame) << 4) ^ widen<Word<D>>(index);
};

TEST_CASE("maps agree under random updates") {
  for (unsigned sequence = 0; sequence < 200; ++sequence) {
    MapTest test(sequence);
    ConcreteMap<Word<C>, Frame<C>, Index<C>> number([](Frame<C> f, Index<C> i) { return at_start(f, i); });
    SymMap<Word<S>, Frame<S>, Index<S>> constant([](Frame<S> f, Index<S> i) { return at_start(f, i); });
    SymMap<Word<S>, Frame<S>, Index<S>> term([](Frame<S> f, Index<S> i) { return at_start(f, i); });
    for (unsigned i = 0; i < 30; ++i) {
      const auto frame = test.value<tag::Frame>(test.dice.below(3));
      const auto index = test.value<tag::Index>(510 + test.dice.below(2));
      if (test.dice.chance(50)) {
        const auto word = test.value<tag::Word>(test.dice.word());
        number.set(frame.number, index.number, word.number);
        constant.set(frame.constant, index.constant, word.constant);
        term.set(frame.term, index.term, word.term);
      }
      test.compare(number.get(frame.number, index.number), constant.get(frame.constant, index.constant),
                   term.get(frame.term, index.term));
    }
  }
}

/// The predicate that is looked for.
constexpr auto is_sought = []<class V>(V value) { return (value & V(3)) == V(1); };

/// The same of value and key.
constexpr auto is_sought_at = []<class V, class K>(V value, K key) { return ((value ^ widen<V>(key)) & V(7)) == V(1); };

/// What the solver may say of a search on terms. `found` is free where no key that satisfies was noted, otherwise
/// it is what the concrete search says.
class Search {
 public:
  Search(MapTest& test, const SymBool& found, bool expected) : test_(test), found_(found), expected_(expected) {
    test_.pinned.tell_solver();
  }
  /// Where nothing satisfies, nothing is found; where something does, it may be found, and must be if it was noted.
  void judge(bool noted) {
    if (found_.is_constant()) {
      REQUIRE(found_.is_true() == expected_);
      return;
    }
    REQUIRE(test_.session.solver().check() == z3::sat);
    REQUIRE(test_.session.feasible(found_) == expected_);
    REQUIRE(test_.session.feasible(!found_) == !(expected_ && noted));
  }
  /// The value of a term in a model in which something is found.
  uint64_t when_found(const SymBits& bits) {
    z3::solver& solver = test_.session.solver();
    solver.push();
    solver.add(test_.session.expr(found_));
    REQUIRE(solver.check() == z3::sat);
    const uint64_t value = solver.get_model().eval(test_.session.expr(bits), true).get_numeral_uint64();
    solver.pop();
    return value;
  }

 private:
  MapTest& test_;
  SymBool found_;
  bool expected_;
};

template <class D>
using SpanMaps = typename D::template SpanMap<Word<D>, CompartmentId<D>, Page<D>>;

constexpr uint64_t pages_in_use = 32;

/// One less than the length of some span.
uint64_t some_width(MapTest& test) { return low_mask(static_cast<unsigned>(test.dice.below(5))); }

template <class V>
Span<V> span_from(V page, uint64_t below) {
  return {page, V(below)};
}

/// A span map in both domains, and a random update of all three.
struct ThreeSpanMaps {
  SpanMaps<C> number{[](CompartmentId<C>, Page<C>) { return Word<C>(0); }};
  SpanMaps<S> constant;
  SpanMaps<S> term{[](CompartmentId<S>, Page<S>) { return Word<S>(0); }};

  ThreeSpanMaps() : constant([](CompartmentId<S>, Page<S>) { return Word<S>(0); }, every_page()) {}
  static SpanMaps<S>::Samples every_page() {
    auto pages = std::make_shared<std::vector<uint64_t>>();
    for (uint64_t page = 0; page < pages_in_use; ++page) { pages->push_back(page); }
    return pages;
  }

  void update(MapTest& test) {
    const auto id = test.value<tag::CompartmentId>(test.dice.below(2));
    const auto word = test.value<tag::Word>(test.dice.below(12));
    const auto page = test.value<tag::Page>(test.dice.below(pages_in_use));
    if (test.dice.chance(40)) {
      number.set(id.number, page.number, word.number);
      constant.set(id.constant, page.constant, word.constant);
      term.set(id.term, page.term, word.term);
    } else {
      const uint64_t below = some_width(test);
      number.set_span(id.number, span_from(page.number, below), word.number);
      constant.set_span(id.constant, span_from(page.constant, below), word.constant);
      term.set_span(id.term, span_from(page.term, below), word.term);
    }
  }
};

TEST_CASE("span maps agree under random updates") {
  for (unsigned sequence = 0; sequence < 200; ++sequence) {
    MapTest test(sequence);
    ThreeSpanMaps maps;
    for (unsigned i = 0; i < 20; ++i) {
      maps.update(test);
      const auto id = test.value<tag::CompartmentId>(test.dice.below(2));
      const auto page = test.value<tag::Page>(test.dice.below(pages_in_use));
      const uint64_t below = some_width(test);
      test.compare(maps.number.get(id.number, page.number), maps.constant.get(id.constant, page.constant),
                   maps.term.get(id.term, page.term));
      const auto agree = [&](const auto& predicate) {
        const auto found = maps.constant.any(id.constant, span_from(page.constant, below), predicate);
        REQUIRE(found.is_constant());
        REQUIRE(found.is_true() ==
                static_cast<bool>(maps.number.any(id.number, span_from(page.number, below), predicate)));
      };
      agree(is_sought);
      agree(is_sought_at);
    }
  }
}

TEST_CASE("a search of pages on terms finds what is there, and misses nothing that was noted") {
  unsigned found_some = 0;
  for (unsigned sequence = 0; sequence < 150; ++sequence) {
    MapTest test(1000 + sequence);
    ThreeSpanMaps maps;
    for (unsigned i = 0; i < 6; ++i) { maps.update(test); }
    const auto id = test.value<tag::CompartmentId>(test.dice.below(2));
    const uint64_t first = test.dice.below(pages_in_use);
    const uint64_t below = some_width(test);
    const auto from = test.pinned.variable<Page<S>>(first);
    const auto search_with = [&](const auto& predicate) {
      const bool expected = static_cast<bool>(maps.number.any(id.number, span_from(Page<C>(first), below), predicate));
      const SymBool found = maps.term.any(id.term, span_from(from, below), predicate);
      Search search(test, found, expected);
      search.judge(false);
      const uint64_t noted = test.dice.below(pages_in_use);
      test.session.note_page(Symbolic::constant(noted, Page<S>::width));
      const bool is_inside = static_cast<bool>(span_from(Page<C>(first), below).contains(Page<C>(noted)));
      const auto word = maps.number.get(id.number, Page<C>(noted));
      search.judge(is_inside && static_cast<bool>(holds_at(predicate, word, Page<C>(noted))));
      found_some += expected ? 1 : 0;
    };
    if (test.dice.chance(50)) {
      search_with(is_sought_at);
    } else {
      search_with(is_sought);
    }
  }
  CHECK(found_some >= 20);
  CHECK(found_some <= 130);
}

/// Memory in both domains, and a random update of all three.
struct ThreeMemories {
  ConcreteMemory number{[](Frame<C> f, Index<C> i) { return at_start(f, i) & Word<C>(~uint64_t{3}); }};
  SymMemory constant{[](Frame<S> f, Index<S> i) { return at_start(f, i) & Word<S>(~uint64_t{3}); }};
  SymMemory term{[](Frame<S> f, Index<S> i) { return at_start(f, i) & Word<S>(~uint64_t{3}); }};

  /// Often with a step: the smallest there is, that of pages, the largest.
  void fill(MapTest& test, const Value3<tag::Frame>& frame, const Value3<tag::Word>& word) {
    const std::array<uint64_t, 5> steps{0, 0, 1, uint64_t{1} << page_shift, uint64_t{1} << 63};
    const uint64_t step = steps.at(test.dice.below(steps.size()));
    number.fill(frame.number, word.number, step);
    constant.fill(frame.constant, word.constant, step);
    term.fill(frame.term, word.term, step);
  }
  void update(MapTest& test) {
    const auto frame = test.value<tag::Frame>(test.dice.below(4));
    const auto index = test.value<tag::Index>(509 + test.dice.below(3));
    const auto word = test.value<tag::Word>(test.dice.below(12));
    const auto source = test.value<tag::Frame>(test.dice.below(4));
    switch (test.dice.below(4)) {
      case 0:
        fill(test, frame, word);
        break;
      case 1:
        number.copy(frame.number, source.number);
        constant.copy(frame.constant, source.constant);
        term.copy(frame.term, source.term);
        break;
      default:
        number.store(frame.number, index.number, word.number);
        constant.store(frame.constant, index.constant, word.constant);
        term.store(frame.term, index.term, word.term);
        break;
    }
  }
};

/// What a search for an entry that leaves a run asks of each.
constexpr auto is_leaving_run = []<class V, class K>(V value, K key) {
  return (value & ~V(low_mask(21))) != (widen<V>(key) << page_shift & ~V(low_mask(21)));
};

TEST_CASE("memories agree under random stores, fills and copies") {
  for (unsigned sequence = 0; sequence < 200; ++sequence) {
    MapTest test(sequence);
    ThreeMemories memories;
    for (unsigned i = 0; i < 16; ++i) {
      memories.update(test);
      const auto frame = test.value<tag::Frame>(test.dice.below(4));
      const auto index = test.value<tag::Index>(508 + test.dice.below(4));
      test.compare(memories.number.load(frame.number, index.number),
                   memories.constant.load(frame.constant, index.constant), memories.term.load(frame.term, index.term));
    }
    const Frame<C> frame(test.dice.below(4));
    const auto agree = [&](const auto& predicate) {
      const auto found = memories.constant.any(Frame<S>(raw(frame)), predicate);
      REQUIRE(found.is_constant());
      const bool expected = static_cast<bool>(memories.number.any(frame, predicate));
      REQUIRE(found.is_true() == expected);
      if (sequence % 10 == 0) {
        REQUIRE(test.pinned.holds(memories.term.any(Frame<S>(raw(frame)), predicate)) == expected);
      }
    };
    agree(is_sought);
    agree(is_leaving_run);
  }
}

TEST_CASE("a search of entries on terms finds what is there, and misses nothing that was noted") {
  unsigned found_some = 0;
  for (unsigned sequence = 0; sequence < 150; ++sequence) {
    MapTest test(2000 + sequence);
    ThreeMemories memories;
    for (unsigned i = 0; i < 5; ++i) { memories.update(test); }
    const Frame<C> frame(test.dice.below(4));
    const auto search_with = [&](const auto& predicate) {
      const auto sought = [&](uint64_t index) {
        return static_cast<bool>(holds_at(predicate, memories.number.load(frame, Index<C>(index)), Index<C>(index)));
      };
      const bool expected = static_cast<bool>(memories.number.any(frame, predicate));
      const SymBool found = memories.term.any(test.pinned.variable<Frame<S>>(raw(frame)), predicate);
      Search search(test, found, expected);
      search.judge(false);
      if (expected) { REQUIRE(sought(search.when_found(test.session.entry_witnesses().at(0).index))); }
      const uint64_t noted = 508 + test.dice.below(4);
      test.session.note_index(Symbolic::constant(noted, Index<S>::width));
      search.judge(sought(noted));
      found_some += expected ? 1 : 0;
    };
    if (test.dice.chance(50)) {
      search_with(is_sought_at);
    } else {
      search_with(is_sought);
    }
  }
  CHECK(found_some >= 20);
  CHECK(found_some <= 130);
}

}  // namespace
}  // namespace bulkhead::refine
