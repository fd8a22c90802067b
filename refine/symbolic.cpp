#include "refine/symbolic.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <stdexcept>

#include "model/concrete.hpp"

namespace bulkhead::refine {

thread_local uint64_t Accesses::count_ = 0;

namespace {

using Binary = Z3_ast (*)(Z3_context, Z3_ast, Z3_ast);

Session& session_of(const SymBits& a, const SymBits& b) { return a.session() != nullptr ? *a.session() : *b.session(); }

/// `fold` where both operands are known, else the term.
template <class Fold>
SymBits combine(Binary make, Fold fold, const SymBits& a, const SymBits& b, unsigned width) {
  if (a.is_constant() && b.is_constant()) {
    return SymBits::of_constant(fold(a.constant(), b.constant(), width), width);
  }
  Session& session = session_of(a, b);
  return SymBits::of_term(session, session.keep(make(session.context(), a.term(session), b.term(session))), width);
}

// Terms that only move bits are kept in one form, so that the same bits are the same term however they were reached:
// no extract of an extract, of an extension, of a mask or of a concatenation's part; no shift by a constant.

SymBits from_term(Session& session, Z3_ast term, unsigned width) {
  if (Z3_is_numeral_ast(session.context(), term)) {
    return SymBits::of_constant(z3::expr(session.context(), term).get_numeral_uint64(), width);
  }
  return SymBits::of_term(session, term, width);
}

/// An operand of a term, which the session keeps.
SymBits operand(Session& session, const z3::expr& term, unsigned i) {
  const z3::expr part = term.arg(i);
  return from_term(session, session.keep(part), part.get_sort().bv_size());
}

/// Bits [hi:lo] of the zero extension of `a`.
SymBits extract_extended(const SymBits& a, unsigned hi, unsigned lo) {
  const unsigned width = hi - lo + 1;
  if (hi < a.width()) { return Symbolic::extract(a, hi, lo); }
  if (lo >= a.width()) { return SymBits::of_constant(0, width); }
  return Symbolic::zero_extend(Symbolic::extract(a, a.width() - 1, lo), a.width() - lo, width);
}

/// The concatenation of two words.
SymBits join(const SymBits& high, const SymBits& low) {
  if (high.is_constant() && low.is_constant()) {
    return SymBits::of_constant(high.constant() << low.width() | low.constant(), high.width() + low.width());
  }
  Session& session = session_of(high, low);
  Z3_ast term = Z3_mk_concat(session.context(), high.term(session), low.term(session));
  return SymBits::of_term(session, session.keep(term), high.width() + low.width());
}

/// Whether a conjunction or disjunction bit by bit has a constant, so that some bits may be known.
bool masks(const z3::expr& term) {
  return term.num_args() == 2 && (term.arg(0).is_numeral() || term.arg(1).is_numeral());
}

bool is_zero(const SymBits& a) { return a.is_constant() && a.constant() == 0; }
bool is_ones(const SymBits& a, unsigned width) { return a.is_constant() && a.constant() == low_mask(width); }

/// Whether the ones of a mask stand in one run.
bool is_run(uint64_t mask) {
  const uint64_t from_zero = mask >> std::countr_zero(mask);
  return (from_zero & (from_zero + 1)) == 0;
}

/// The bits of `a` in a run, the others zero.
SymBits mask_run(const SymBits& a, uint64_t mask, unsigned width) {
  const auto lo = static_cast<unsigned>(std::countr_zero(mask));
  const auto end = static_cast<unsigned>(std::bit_width(mask));
  const SymBits run = Symbolic::extract(a, end - 1, lo);
  return Symbolic::zero_extend(lo == 0 ? run : join(run, SymBits::of_constant(0, lo)), end, width);
}

/// The bits of `a` but for a run in its middle, which are zero.
SymBits clear_run(const SymBits& a, uint64_t run, unsigned width) {
  const auto lo = static_cast<unsigned>(std::countr_zero(run));
  const auto end = static_cast<unsigned>(std::bit_width(run));
  const SymBits zeros = SymBits::of_constant(0, end - lo);
  return join(Symbolic::extract(a, width - 1, end), join(zeros, Symbolic::extract(a, lo - 1, 0)));
}

/// A word as its high bits and its low bits.
struct Split {
  SymBits high;
  SymBits low;
};

/// The two sides of a concatenation.
std::optional<Split> split_joined(const SymBits& a) {
  if (a.is_constant()) { return std::nullopt; }
  Session& session = *a.session();
  const z3::expr term = session.expr(a);
  if (term.decl().decl_kind() != Z3_OP_CONCAT) { return std::nullopt; }
  return Split{operand(session, term, 0), operand(session, term, 1)};
}

/// Those of one whose low side is known.
std::optional<Split> split_known(const SymBits& a) {
  auto split = split_joined(a);
  return split && split->low.is_constant() ? split : std::nullopt;
}

/// What a zero extension extends.
std::optional<SymBits> extended(const SymBits& a) {
  if (a.is_constant()) { return std::nullopt; }
  Session& session = *a.session();
  const z3::expr term = session.expr(a);
  if (term.decl().decl_kind() != Z3_OP_ZERO_EXT) { return std::nullopt; }
  return operand(session, term, 0);
}

/// The disjunction of a concatenation and a word of which only bits of the low side can be set.
std::optional<SymBits> set_low(const SymBits& a, const SymBits& b) {
  const auto split = split_joined(a);
  const auto inner = extended(b);
  if (!split || !inner || inner->width() > split->low.width()) { return std::nullopt; }
  const unsigned width = split->low.width();
  return join(split->high, Symbolic::bit_or(split->low, Symbolic::zero_extend(*inner, inner->width(), width), width));
}

/// The disjunction of two concatenations of the same form.
std::optional<SymBits> join_parts(const SymBits& a, const SymBits& b) {
  const auto one = split_joined(a);
  const auto other = split_joined(b);
  if (!one || !other || one->low.width() != other->low.width()) { return std::nullopt; }
  const unsigned width = one->low.width();
  return join(Symbolic::bit_or(one->high, other->high, one->high.width()),
              Symbolic::bit_or(one->low, other->low, width));
}

/// Whether bits that are moved and known bits are equal, by their parts: nothing if there are no such parts.
std::optional<SymBool> equal_parts(const SymBits& a, const SymBits& b, Where where) {
  const auto parts = [](const SymBits& x, unsigned low_width) {
    return Split{Symbolic::extract(x, x.width() - 1, low_width), Symbolic::extract(x, low_width - 1, 0)};
  };
  const auto each = [&](const Split& x, const Split& y) {
    return Symbolic::equal(x.low, y.low, where) & Symbolic::equal(x.high, y.high, where);
  };
  if (const auto split = split_known(a); split && (b.is_constant() || split_known(b))) {
    return each(*split, parts(b, split->low.width()));
  }
  if (const auto split = split_joined(a)) {
    const auto other = split_joined(b);
    if (other && other->low.width() == split->low.width()) { return each(*split, *other); }
  }
  if (const auto inner = extended(a); inner && (b.is_constant() || extended(b))) {
    const Split low = parts(b, inner->width());
    return Symbolic::equal(low.high, SymBits::of_constant(0, low.high.width()), where) &
           Symbolic::equal(*inner, low.low, where);
  }
  return std::nullopt;
}

}  // namespace

SymBool Symbolic::equal(const Bits& a, const Bits& b, Where where) {
  const Mutator::Quiet quiet;
  if (same(a, b)) { return SymBool::of_constant(true, where); }
  if (a.is_constant() && b.is_constant()) { return SymBool::of_constant(a.constant() == b.constant(), where); }
  if (a.is_constant()) { return equal(b, a, where); }
  if (const auto by_parts = equal_parts(a, b, where)) { return *by_parts; }
  Session& session = session_of(a, b);
  return SymBool::of_term(session, session.keep(Z3_mk_eq(session.context(), a.term(session), b.term(session))), where);
}

SymBool Symbolic::below(const Bits& a, const Bits& b, Where where) {
  if (Mutator* mutator = Mutator::current(); mutator != nullptr && mutator->is_off_by_one(where)) {
    const Mutator::Quiet quiet;
    return !below(b, a, where);
  }
  if (same(a, b)) { return SymBool::of_constant(false, where); }
  if (a.is_constant() && b.is_constant()) { return SymBool::of_constant(a.constant() < b.constant(), where); }
  Session& session = session_of(a, b);
  return SymBool::of_term(session, session.keep(Z3_mk_bvult(session.context(), a.term(session), b.term(session))),
                          where);
}

SymBits Symbolic::add(const Bits& a, const Bits& b, unsigned width) {
  if (is_zero(a)) { return b; }
  if (is_zero(b)) { return a; }
  return combine(Z3_mk_bvadd, Concrete::add, a, b, width);
}

SymBits Symbolic::sub(const Bits& a, const Bits& b, unsigned width) {
  return is_zero(b) ? a : combine(Z3_mk_bvsub, Concrete::sub, a, b, width);
}

SymBits Symbolic::bit_and(const Bits& a, const Bits& b, unsigned width) {
  if (is_zero(a) || is_ones(b, width)) { return a; }
  if (is_zero(b) || is_ones(a, width)) { return b; }
  if (!a.is_constant() && b.is_constant()) {
    const uint64_t cleared = ~b.constant() & low_mask(width);
    if (is_run(b.constant())) { return mask_run(a, b.constant(), width); }
    if (is_run(cleared)) { return clear_run(a, cleared, width); }
  }
  if (!b.is_constant() && a.is_constant()) { return bit_and(b, a, width); }
  return combine(Z3_mk_bvand, Concrete::bit_and, a, b, width);
}

SymBits Symbolic::bit_or(const Bits& a, const Bits& b, unsigned width) {
  if (is_zero(a)) { return b; }
  if (is_zero(b)) { return a; }
  if (is_ones(a, width) || is_ones(b, width)) { return constant(low_mask(width), width); }
  if (const auto joined = set_low(a, b)) { return *joined; }
  if (const auto joined = set_low(b, a)) { return *joined; }
  if (const auto joined = join_parts(a, b)) { return *joined; }
  return combine(Z3_mk_bvor, Concrete::bit_or, a, b, width);
}

SymBits Symbolic::bit_xor(const Bits& a, const Bits& b, unsigned width) {
  return combine(Z3_mk_bvxor, Concrete::bit_xor, a, b, width);
}

SymBits Symbolic::bit_not(const Bits& a, unsigned width) {
  if (a.is_constant()) { return SymBits::of_constant(Concrete::bit_not(a.constant(), width), width); }
  Session& session = *a.session();
  return SymBits::of_term(session, session.keep(Z3_mk_bvnot(session.context(), a.term(session))), width);
}

SymBits Symbolic::shift_left(const Bits& a, const Bits& count, unsigned width) {
  if (is_zero(count)) { return a; }
  if (a.is_constant() || !count.is_constant()) { return combine(Z3_mk_bvshl, Concrete::shift_left, a, count, width); }
  if (count.constant() >= width) { return constant(0, width); }
  const auto by = static_cast<unsigned>(count.constant());
  return join(extract(a, width - 1 - by, 0), constant(0, by));
}

SymBits Symbolic::shift_right(const Bits& a, const Bits& count, unsigned width) {
  if (is_zero(count)) { return a; }
  if (a.is_constant() || !count.is_constant()) { return combine(Z3_mk_bvlshr, Concrete::shift_right, a, count, width); }
  if (count.constant() >= width) { return constant(0, width); }
  const auto by = static_cast<unsigned>(count.constant());
  return zero_extend(extract(a, width - 1, by), width - by, width);
}

SymBits Symbolic::extract(const Bits& a, unsigned hi, unsigned lo) {
  const unsigned width = hi - lo + 1;
  if (a.is_constant()) { return constant(Concrete::extract(a.constant(), hi, lo), width); }
  if (width == a.width()) { return a; }
  Session& session = *a.session();
  const z3::expr term = session.expr(a);
  const auto part = [&session, &term](unsigned i) { return operand(session, term, i); };
  switch (term.decl().decl_kind()) {
    case Z3_OP_EXTRACT:
      return extract(part(0), hi + term.lo(), lo + term.lo());
    case Z3_OP_ZERO_EXT:
      return extract_extended(part(0), hi, lo);
    case Z3_OP_CONCAT: {
      const Bits low = part(1);
      if (hi < low.width()) { return extract(low, hi, lo); }
      if (lo >= low.width()) { return extract(part(0), hi - low.width(), lo - low.width()); }
      break;
    }
    case Z3_OP_BAND:
      if (masks(term)) { return bit_and(extract(part(0), hi, lo), extract(part(1), hi, lo), width); }
      break;
    case Z3_OP_BOR:
      if (masks(term)) { return bit_or(extract(part(0), hi, lo), extract(part(1), hi, lo), width); }
      break;
    default:
      break;
  }
  return SymBits::of_term(session, session.keep(Z3_mk_extract(session.context(), hi, lo, term)), width);
}

SymBits Symbolic::zero_extend(const Bits& a, unsigned from, unsigned to) {
  if (from == to) { return a; }
  if (a.is_constant()) { return constant(a.constant(), to); }
  if (const auto inner = extended(a)) { return zero_extend(*inner, inner->width(), to); }
  Session& session = *a.session();
  Z3_ast term = Z3_mk_zero_ext(session.context(), to - from, a.term(session));
  return SymBits::of_term(session, session.keep(term), to);
}

SymBits Symbolic::choose(const Bool& condition, const Bits& yes, const Bits& no) {
  if (Mutator* mutator = Mutator::current()) {
    if (const auto fixed = mutator->fixed(Moment::selection, condition.where())) { return *fixed ? yes : no; }
    mutator->depends_on(condition);
  }
  if (condition.is_constant()) { return condition.is_true() ? yes : no; }
  if (same(yes, no)) { return yes; }
  Session& session = *condition.session();
  if (const auto known = session.decided(condition)) { return *known ? yes : no; }
  Z3_ast term = Z3_mk_ite(session.context(), condition.term(session), yes.term(session), no.term(session));
  return SymBits::of_term(session, session.keep(term), yes.width());
}

void Symbolic::check(const Bool& stated, const char* what) {
  Mutator* mutator = Mutator::current();
  const Bool belief = mutator == nullptr ? stated : mutator->belief(stated);
  if (belief.is_true()) { return; }
  if (belief.is_constant()) { throw Fault(what); }
  belief.session()->believe(belief, what);
}

bool SymMemory::repeats(char kind, const std::vector<SymBits>& operands) {
  const auto is_same = [](const SymBits& a, const SymBits& b) { return same(a, b); };
  const bool again =
      kind == last_kind_ && std::equal(operands.begin(), operands.end(), last_operands_.begin(), is_same);
  last_kind_ = kind;
  last_operands_ = operands;
  return again;
}

void SymMemory::store(FrameKey frame, IndexKey index, Word<Symbolic> word) {
  if (repeats('s', {frame.bits(), index.bits(), word.bits()})) { return; }
  chain_.push(
      [frame, index](const Keys& k) {
        return equal_keys(k, {frame, index});
      },
      [word](const Keys&) { return word; });
}

void SymMemory::fill(FrameKey frame, Word<Symbolic> word, uint64_t step) {
  if (repeats('f', {frame.bits(), word.bits(), SymBits::of_constant(step, Word<Symbolic>::width)})) { return; }
  chain_.push([frame](const Keys& k) { return std::get<0>(k) == frame; },
              [word, step](const Keys& k) {
                if (step == 0) { return word; }
                return word | (widen<Word<Symbolic>>(std::get<1>(k)) << static_cast<unsigned>(std::countr_zero(step)));
              });
}

void SymMemory::copy(FrameKey to, FrameKey from) {
  if (repeats('c', {to.bits(), from.bits()})) { return; }
  chain_.push([to](const Keys& k) { return std::get<0>(k) == to; },
              [before = std::make_shared<SymMemory>(*this), from](const Keys& k) {
                return before->load(from, std::get<1>(k));
              });
}

SymBool SymMemory::any_of_512(const std::function<SymBool(const SymBits&)>& holds_at) {
  SymBool found = false;
  for (uint64_t i = 0; i < entries_per_table && !found.is_true(); ++i) {
    found = found | holds_at(SymBits::of_constant(i, index_bits));
  }
  return found;
}

static_assert(ValueDomain<Symbolic>);

}  // namespace bulkhead::refine
