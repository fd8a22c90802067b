#include "tests/catch.hpp"
#include "tests/refine/pinned.hpp"

/// The symbolic domain against the concrete one: the same operations on numbers, on constants that fold,
/// and on terms whose variables stand for those numbers.
namespace bulkhead::refine {
namespace {

/// One word in all three.
struct Word3 {
  uint64_t number;
  SymBits constant;
  SymBits term;
  unsigned width;
};
/// One truth value in all three.
struct Flag3 {
  bool number;
  SymBool constant;
  SymBool term;
};

/// Widths that the model has, and the odd one.
constexpr std::array<unsigned, 14> widths = {1, 2, 3, 4, 9, 10, 16, 18, 27, 31, 36, 48, 63, 64};

/// An expression of many operations, each on results of earlier ones.
class Expression {
 public:
  Expression(Session& session, Dice& dice) : session_(session), dice_(dice), pinned_(session) {
    for (unsigned i = 0; i < 6; ++i) { words_.push_back(leaf(any_width())); }
    flags_.push_back({true, true, true});
    flags_.push_back({false, false, false});
  }

  void grow() {
    switch (dice_.below(17)) {
      case 0:
        binary<&Concrete::add, &Symbolic::add>();
        break;
      case 1:
        binary<&Concrete::sub, &Symbolic::sub>();
        break;
      case 2:
        binary<&Concrete::bit_and, &Symbolic::bit_and>();
        break;
      case 3:
        binary<&Concrete::bit_or, &Symbolic::bit_or>();
        break;
      case 4:
        binary<&Concrete::bit_xor, &Symbolic::bit_xor>();
        break;
      case 5:
        binary<&Concrete::shift_left, &Symbolic::shift_left>();
        break;
      case 6:
        binary<&Concrete::shift_right, &Symbolic::shift_right>();
        break;
      case 7:
        complement();
        break;
      case 8:
        extract();
        break;
      case 9:
        zero_extend();
        break;
      case 10:
        choose();
        break;
      case 11:
        compare<&Concrete::equal, &Symbolic::equal>();
        break;
      case 12:
        compare<&Concrete::below, &Symbolic::below>();
        break;
      case 13:
        connect([](const auto& a, const auto& b) { return a & b; });
        break;
      case 14:
        connect([](const auto& a, const auto& b) { return a | b; });
        break;
      case 15:
        connect([](const auto& a, const auto& b) { return a == b; });
        break;
      default:
        connect([](const auto& a, const auto&) { return !a; });
        break;
    }
  }

  /// How many results differ between the three.
  unsigned differences() {
    z3::expr all = session_.context().bool_val(true);
    unsigned wrong = 0;
    for (const Word3& w : words_) {
      if (!w.constant.is_constant() || w.constant.constant() != w.number || w.constant.width() != w.width) { ++wrong; }
      if (w.term.width() != w.width || (w.term.is_constant() && w.term.constant() > low_mask(w.width))) { ++wrong; }
      all = all && session_.expr(w.term) == session_.context().bv_val(w.number, w.width);
    }
    for (const Flag3& f : flags_) {
      if (!f.constant.is_constant() || f.constant.is_true() != f.number) { ++wrong; }
      all = all && session_.expr(f.term) == session_.context().bool_val(f.number);
    }
    return pinned_.holds(all) ? wrong : wrong + 1;
  }

 private:
  unsigned any_width() { return widths.at(dice_.below(widths.size())); }
  /// Numbers at which operations have special cases come up often.
  uint64_t any_number(unsigned width) {
    const std::array<uint64_t, 6> special = {0, 1, low_mask(width), uint64_t{1} << (width - 1), width, width - 1U};
    return (dice_.chance(50) ? special.at(dice_.below(special.size())) : dice_.word()) & low_mask(width);
  }
  Word3 leaf(unsigned width) {
    const uint64_t number = any_number(width);
    const SymBits constant = Symbolic::constant(number, width);
    return {number, constant, dice_.chance(70) ? pinned_.variable(number, width) : constant, width};
  }
  Word3 any_word() { return words_[dice_.below(words_.size())]; }
  Flag3 any_flag() { return flags_[dice_.below(flags_.size())]; }
  /// An earlier result of the width if there is one, otherwise a leaf.
  Word3 any_of_width(unsigned width) {
    std::vector<Word3> fitting;
    for (const Word3& w : words_) {
      if (w.width == width) { fitting.push_back(w); }
    }
    return fitting.empty() || dice_.chance(40) ? leaf(width) : fitting[dice_.below(fitting.size())];
  }

  template <auto concrete, auto symbolic>
  void binary() {
    const Word3 a = any_word();
    const Word3 b = any_of_width(a.width);
    words_.push_back({concrete(a.number, b.number, a.width), symbolic(a.constant, b.constant, a.width),
                      symbolic(a.term, b.term, a.width), a.width});
  }
  void complement() {
    const Word3 a = any_word();
    words_.push_back({Concrete::bit_not(a.number, a.width), Symbolic::bit_not(a.constant, a.width),
                      Symbolic::bit_not(a.term, a.width), a.width});
  }
  void extract() {
    const Word3 a = any_word();
    const auto hi = static_cast<unsigned>(dice_.below(a.width));
    const auto lo = static_cast<unsigned>(dice_.below(hi + 1));
    words_.push_back({Concrete::extract(a.number, hi, lo), Symbolic::extract(a.constant, hi, lo),
                      Symbolic::extract(a.term, hi, lo), hi - lo + 1});
  }
  void zero_extend() {
    const Word3 a = any_word();
    const auto to = static_cast<unsigned>(a.width + dice_.below(65 - a.width));
    words_.push_back({Concrete::zero_extend(a.number, a.width, to), Symbolic::zero_extend(a.constant, a.width, to),
                      Symbolic::zero_extend(a.term, a.width, to), to});
  }
  void choose() {
    const Flag3 f = any_flag();
    const Word3 a = any_word();
    const Word3 b = any_of_width(a.width);
    words_.push_back({Concrete::choose(f.number, a.number, b.number),
                      Symbolic::choose(f.constant, a.constant, b.constant), Symbolic::choose(f.term, a.term, b.term),
                      a.width});
  }
  template <auto concrete, auto symbolic>
  void compare() {
    const Word3 a = any_word();
    const Word3 b = any_of_width(a.width);
    flags_.push_back({static_cast<bool>(concrete(a.number, b.number, {})), symbolic(a.constant, b.constant, {}),
                      symbolic(a.term, b.term, {})});
  }
  template <class Connective>
  void connect(const Connective& connective) {
    const Flag3 a = any_flag();
    const Flag3 b = any_flag();
    flags_.push_back({static_cast<bool>(connective(ConcreteBool(a.number), ConcreteBool(b.number))),
                      connective(a.constant, b.constant), connective(a.term, b.term)});
  }

  Session& session_;
  Dice& dice_;
  Pinned pinned_;
  std::vector<Word3> words_;
  std::vector<Flag3> flags_;
};

TEST_CASE("both domains agree on 100,000 random operations") {
  constexpr unsigned expressions = 2'500;
  constexpr unsigned operations = 40;
  constexpr unsigned expressions_per_session = 100;
  Dice dice(1);
  for (unsigned i = 0; i < expressions; i += expressions_per_session) {
    Session session;
    for (unsigned j = 0; j < expressions_per_session; ++j) {
      Expression expression(session, dice);
      for (unsigned k = 0; k < operations; ++k) { expression.grow(); }
      INFO("expression " << i + j);
      REQUIRE(expression.differences() == 0);
    }
  }
}

/// A random word made of moved bits: a concatenation, a zero extension, or both, of what is a variable half of the
/// time.
class Moved {
 public:
  Moved(Session& session, Dice& dice) : dice_(dice), pinned_(session) {}

  Word3 leaf(unsigned width) {
    const uint64_t number = (dice_.chance(40) ? 0 : dice_.word()) & low_mask(width);
    const SymBits constant = Symbolic::constant(number, width);
    return {number, constant, dice_.chance(70) ? pinned_.variable(number, width) : constant, width};
  }
  Word3 extended(const Word3& a, unsigned width) {
    return {a.number, Symbolic::zero_extend(a.constant, a.width, width), Symbolic::zero_extend(a.term, a.width, width),
            width};
  }
  /// `high` above `low`, as the engine makes descriptors: extended, shifted and joined.
  Word3 joined(const Word3& high, const Word3& low) {
    const unsigned width = high.width + low.width;
    const SymBits by = Symbolic::constant(low.width, width);
    const Word3 up = extended(high, width);
    return either({Concrete::shift_left(up.number, low.width, width), Symbolic::shift_left(up.constant, by, width),
                   Symbolic::shift_left(up.term, by, width), width},
                  extended(low, width));
  }
  static Word3 either(const Word3& a, const Word3& b) {
    return {Concrete::bit_or(a.number, b.number, a.width), Symbolic::bit_or(a.constant, b.constant, a.width),
            Symbolic::bit_or(a.term, b.term, a.width), a.width};
  }
  /// Whether two words of one width are equal.
  static Flag3 equal(const Word3& a, const Word3& b) {
    return {static_cast<bool>(Concrete::equal(a.number, b.number, {})), Symbolic::equal(a.constant, b.constant, {}),
            Symbolic::equal(a.term, b.term, {})};
  }
  void check(const Word3& a) {
    REQUIRE(a.constant.is_constant());
    REQUIRE(a.constant.constant() == a.number);
    REQUIRE(a.term.width() == a.width);
    REQUIRE(pinned_.value(a.term) == a.number);
  }
  void check(const Flag3& a) {
    REQUIRE(a.constant.is_constant());
    REQUIRE(a.constant.is_true() == a.number);
    REQUIRE((a.term.is_constant() ? a.term.is_true() : pinned_.holds(a.term)) == a.number);
  }

 private:
  Dice& dice_;
  Pinned pinned_;
};

TEST_CASE("words put together from parts agree, and are compared part by part") {
  Dice dice(3);
  for (unsigned round = 0; round < 20; ++round) {
    Session session;
    Moved moved(session, dice);
    for (unsigned i = 0; i < 100; ++i) {
      const auto low = static_cast<unsigned>(1 + dice.below(30));
      const auto high = static_cast<unsigned>(1 + dice.below(30));
      const auto set = static_cast<unsigned>(1 + dice.below(low + high));
      const Word3 a = moved.joined(moved.leaf(high), moved.leaf(low));
      const Word3 b = moved.joined(moved.leaf(high), moved.leaf(low));
      const Word3 bits = set < a.width ? moved.extended(moved.leaf(set), a.width) : moved.leaf(a.width);
      const Word3 with_bits = Moved::either(a, bits);
      for (const Word3& word : {a, b, bits, with_bits, Moved::either(bits, a)}) { moved.check(word); }
      for (const Word3& word : {a, b, bits, with_bits}) {
        moved.check(Moved::equal(a, word));
        moved.check(Moved::equal(word, with_bits));
      }
    }
  }
}

/// Every operator of a quantity, and the quantities made from it, as words.
template <class V>
std::vector<Word<typename V::Domain>> words_of(V a, V b, unsigned count) {
  using D = typename V::Domain;
  std::vector<Word<D>> words;
  for (const V& v : {a + b, a - b, a & b, a | b, a ^ b, ~a, a << b, a >> b, a << count, a >> count}) {
    words.push_back(widen<Word<D>>(v));
  }
  for (const typename D::Bool& flag : {a == b, a != b, a<b, a> b, a <= b, a >= b}) {
    words.push_back(select(flag, Word<D>(1), Word<D>(0)));
  }
  words.push_back(widen<Word<D>>(truncate<Value<D, Flag>>(a)));
  words.push_back(widen<Word<D>>(extract<Value<D, Flag>, V::width - 1, V::width - 1>(a)));
  words.push_back(widen<Word<D>>(select(a < b, a, b)));
  return words;
}

/// Compares the operators of one kind of quantity on random numbers.
template <class Tag>
void compare_operators(Session& session, Dice& dice) {
  using S = Value<Symbolic, Tag>;
  using C = Value<Concrete, Tag>;
  for (unsigned i = 0; i < 200; ++i) {
    Pinned pinned(session);
    const uint64_t a = dice.word();
    const uint64_t b = dice.chance(30) ? a : dice.chance(50) ? dice.below(70) : dice.word();
    const auto count = static_cast<unsigned>(dice.below(C::width));
    const auto expected = words_of(C(a), C(b), count);
    const auto folded = words_of(S(a), S(b), count);
    const auto terms = words_of(pinned.variable<S>(a), dice.chance(50) ? pinned.variable<S>(b) : S(b), count);
    REQUIRE(folded.size() == expected.size());
    for (size_t k = 0; k < expected.size(); ++k) {
      INFO("width " << C::width << ", operator " << k << " of " << a << " and " << b);
      CHECK(folded[k].bits().is_constant());
      CHECK(folded[k].bits().constant() == raw(expected[k]));
      CHECK(pinned.value(terms[k].bits()) == raw(expected[k]));
    }
  }
}

TEST_CASE("both domains agree on the operators of every quantity") {
  Session session;
  Dice dice(2);
  compare_operators<tag::Word>(session, dice);
  compare_operators<tag::Frame>(session, dice);
  compare_operators<tag::Index>(session, dice);
  compare_operators<tag::Level>(session, dice);
  compare_operators<tag::CompartmentId>(session, dice);
  compare_operators<tag::VcpuCount>(session, dice);
  compare_operators<FrameState>(session, dice);
  compare_operators<IpaState>(session, dice);
}

TEST_CASE("truth values keep what is known") {
  Session session;
  Pinned pinned(session);
  const SymBool unknown = pinned.variable<Index<Symbolic>>(1) == pinned.variable<Index<Symbolic>>(1);
  CHECK((unknown & false).is_false());
  CHECK((unknown | true).is_true());
  CHECK((unknown == unknown).is_true());
  CHECK((!!unknown).term(session) == unknown.term(session));
  CHECK(implies(false, unknown).is_true());
  CHECK(!unknown.is_constant());
  CHECK(pinned.holds(unknown));
}

}  // namespace
}  // namespace bulkhead::refine
