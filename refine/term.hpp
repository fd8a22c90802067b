#pragma once

#include <z3.h>

#include <cstdint>

/// Words and truth values of the symbolic domain: a constant, or a term of a session's Z3 context.
/// Terms are plain handles; the session keeps what they name alive.
namespace bulkhead::refine {

class Session;

/// A place in the source that made a decision.
struct Where {
  const char* file = "";
  int line = 0;
};

/// A bit vector: a constant folded in C++, or a Z3 term.
class SymBits {
 public:
  SymBits() = default;
  static SymBits of_constant(uint64_t value, unsigned width) { return {nullptr, nullptr, value, width}; }
  static SymBits of_term(Session& session, Z3_ast term, unsigned width) { return {&session, term, 0, width}; }

  bool is_constant() const { return term_ == nullptr; }
  uint64_t constant() const { return constant_; }
  unsigned width() const { return width_; }
  Session* session() const { return session_; }
  /// The Z3 term, made in the session's context if this is a constant.
  Z3_ast term(Session& session) const;

  /// The same handle: the same constant, or the very same term.
  friend bool same(const SymBits& a, const SymBits& b) {
    return a.term_ == b.term_ && a.constant_ == b.constant_ && a.width_ == b.width_;
  }

 private:
  SymBits(Session* session, Z3_ast term, uint64_t constant, unsigned width)
      : session_(session), term_(term), constant_(constant), width_(width) {}

  Session* session_ = nullptr;
  Z3_ast term_ = nullptr;
  uint64_t constant_ = 0;
  unsigned width_ = 0;
};

/// A truth value: known, or a Z3 term. Converting an unknown one to `bool` asks the session which
/// way the current path goes.
class SymBool {
 public:
  SymBool() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `true` and `false` are truth values
  SymBool(bool value) : constant_(value) {}
  static SymBool of_constant(bool value, Where where) {
    SymBool result(value);
    result.where_ = where;
    return result;
  }
  static SymBool of_term(Session& session, Z3_ast term, Where where) {
    SymBool result;
    result.session_ = &session;
    result.term_ = term;
    result.where_ = where;
    return result;
  }

  explicit operator bool() const;
  bool is_constant() const { return term_ == nullptr; }
  bool is_true() const { return term_ == nullptr && constant_; }
  bool is_false() const { return term_ == nullptr && !constant_; }
  Session* session() const { return session_; }
  Where where() const { return where_; }
  Z3_ast term(Session& session) const;

  friend SymBool operator&(const SymBool& a, const SymBool& b);
  friend SymBool operator|(const SymBool& a, const SymBool& b);
  friend SymBool operator!(const SymBool& a);
  friend SymBool operator==(const SymBool& a, const SymBool& b);

 private:
  Session* session_ = nullptr;
  Z3_ast term_ = nullptr;
  bool constant_ = false;
  Where where_{};
};

/// `a` implies `b`.
inline SymBool implies(const SymBool& a, const SymBool& b) { return (!a) | b; }

}  // namespace bulkhead::refine
