#include "refine/term.hpp"

#include "refine/mutator.hpp"
#include "refine/session.hpp"

namespace bulkhead::refine {
namespace {

Session& session_of(const SymBool& a, const SymBool& b) { return a.session() != nullptr ? *a.session() : *b.session(); }

Where where_of(const SymBool& a, const SymBool& b) { return a.where().line != 0 ? a.where() : b.where(); }

using Connective = Z3_ast (*)(Z3_context, unsigned, Z3_ast const[]);

SymBool connect(Connective connective, const SymBool& a, const SymBool& b) {
  Session& session = session_of(a, b);
  const Z3_ast operands[] = {a.term(session), b.term(session)};
  return SymBool::of_term(session, session.keep(connective(session.context(), 2, operands)), where_of(a, b));
}

}  // namespace

Z3_ast SymBits::term(Session& session) const {
  if (term_ != nullptr) { return term_; }
  return session.keep(session.context().bv_val(constant_, width_));
}

Z3_ast SymBool::term(Session& session) const {
  if (term_ != nullptr) { return term_; }
  return session.keep(session.context().bool_val(constant_));
}

SymBool::operator bool() const {
  if (Mutator* mutator = Mutator::current()) { return mutator->decide(*this); }
  return is_constant() ? constant_ : session_->decide(*this);
}

SymBool operator&(const SymBool& a, const SymBool& b) {
  if (Mutator* mutator = Mutator::current()) {
    if (const SymBool* only = mutator->one_of(Moment::conjunction, a, b)) { return *only; }
  }
  if (a.is_false() || b.is_true()) { return a; }
  if (b.is_false() || a.is_true()) { return b; }
  return a.term_ == b.term_ ? a : connect(Z3_mk_and, a, b);
}

SymBool operator|(const SymBool& a, const SymBool& b) {
  if (Mutator* mutator = Mutator::current()) {
    if (const SymBool* only = mutator->one_of(Moment::disjunction, a, b)) { return *only; }
  }
  if (a.is_true() || b.is_false()) { return a; }
  if (b.is_true() || a.is_false()) { return b; }
  return a.term_ == b.term_ ? a : connect(Z3_mk_or, a, b);
}

SymBool operator!(const SymBool& a) {
  if (a.is_constant()) { return SymBool::of_constant(!a.constant_, a.where_); }
  Session& session = *a.session_;
  const z3::expr term(session.context(), a.term_);
  if (term.is_not()) { return SymBool::of_term(session, session.keep(term.arg(0)), a.where_); }
  return SymBool::of_term(session, session.keep(Z3_mk_not(session.context(), a.term_)), a.where_);
}

SymBool operator==(const SymBool& a, const SymBool& b) {
  if (a.is_true()) { return b; }
  if (b.is_true()) { return a; }
  if (a.is_false()) { return !b; }
  if (b.is_false()) { return !a; }
  if (a.term_ == b.term_) { return true; }
  Session& session = session_of(a, b);
  return SymBool::of_term(session, session.keep(Z3_mk_eq(session.context(), a.term_, b.term_)), where_of(a, b));
}

}  // namespace bulkhead::refine
