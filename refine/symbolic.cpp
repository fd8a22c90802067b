#include "refine/symbolic.hpp"

#include <stdexcept>

#include "model/concrete.hpp"

namespace bulkhead::refine {
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

/// Rewrites a term that only moves bits, so that the same bits are the same term however they were reached.
SymBits normal(const SymBits& a) {
  if (a.is_constant()) { return a; }
  Session& session = *a.session();
  const z3::expr term = session.expr(a).simplify();
  if (term.is_numeral()) { return SymBits::of_constant(term.get_numeral_uint64(), a.width()); }
  return SymBits::of_term(session, session.keep(term), a.width());
}

bool is_zero(const SymBits& a) { return a.is_constant() && a.constant() == 0; }
bool is_ones(const SymBits& a, unsigned width) { return a.is_constant() && a.constant() == low_mask(width); }

}  // namespace

SymBool Symbolic::equal(const Bits& a, const Bits& b, Where where) {
  if (same(a, b)) { return true; }
  if (a.is_constant() && b.is_constant()) { return a.constant() == b.constant(); }
  Session& session = session_of(a, b);
  return SymBool::of_term(session, session.keep(Z3_mk_eq(session.context(), a.term(session), b.term(session))), where);
}

SymBool Symbolic::below(const Bits& a, const Bits& b, Where where) {
  if (same(a, b)) { return false; }
  if (a.is_constant() && b.is_constant()) { return a.constant() < b.constant(); }
  Session& session = session_of(a, b);
  return SymBool::of_term(session, session.keep(Z3_mk_bvult(session.context(), a.term(session), b.term(session))), where);
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
  return combine(Z3_mk_bvand, Concrete::bit_and, a, b, width);
}

SymBits Symbolic::bit_or(const Bits& a, const Bits& b, unsigned width) {
  if (is_zero(a)) { return b; }
  if (is_zero(b)) { return a; }
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
  return is_zero(count) ? a : normal(combine(Z3_mk_bvshl, Concrete::shift_left, a, count, width));
}

SymBits Symbolic::shift_right(const Bits& a, const Bits& count, unsigned width) {
  return is_zero(count) ? a : normal(combine(Z3_mk_bvlshr, Concrete::shift_right, a, count, width));
}

SymBits Symbolic::extract(const Bits& a, unsigned hi, unsigned lo) {
  const unsigned width = hi - lo + 1;
  if (a.is_constant()) { return SymBits::of_constant(Concrete::extract(a.constant(), hi, lo), width); }
  if (width == a.width()) { return a; }
  Session& session = *a.session();
  return normal(SymBits::of_term(session, session.keep(Z3_mk_extract(session.context(), hi, lo, a.term(session))), width));
}

SymBits Symbolic::zero_extend(const Bits& a, unsigned from, unsigned to) {
  if (from == to) { return a; }
  if (a.is_constant()) { return SymBits::of_constant(a.constant(), to); }
  Session& session = *a.session();
  return normal(SymBits::of_term(session, session.keep(Z3_mk_zero_ext(session.context(), to - from, a.term(session))), to));
}

SymBits Symbolic::choose(const Bool& condition, const Bits& yes, const Bits& no) {
  if (condition.is_constant()) { return condition.is_true() ? yes : no; }
  if (same(yes, no)) { return yes; }
  Session& session = *condition.session();
  const Z3_ast term = Z3_mk_ite(session.context(), condition.term(session), yes.term(session), no.term(session));
  return SymBits::of_term(session, session.keep(term), yes.width());
}

void Symbolic::check(const Bool& belief, const char* what) {
  if (belief.is_true()) { return; }
  if (belief.is_constant()) { throw Fault(what); }
  belief.session()->believe(belief, what);
}

void SymMemory::store(FrameKey frame, IndexKey index, Word<Symbolic> word) {
  chain_.push([frame, index](const Keys& k) { return equal_keys(k, {frame, index}); }, [word](const Keys&) { return word; });
}

void SymMemory::fill(FrameKey frame, Word<Symbolic> word) {
  chain_.push([frame](const Keys& k) { return std::get<0>(k) == frame; }, [word](const Keys&) { return word; });
}

void SymMemory::copy(FrameKey to, FrameKey from) {
  chain_.push([to](const Keys& k) { return std::get<0>(k) == to; },
              [before = std::make_shared<SymMemory>(*this), from](const Keys& k) { return before->load(from, std::get<1>(k)); });
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
