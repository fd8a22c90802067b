#include "refine/hints.hpp"

#include "refine/symbolic.hpp"
#include "tests/catch.hpp"

namespace bulkhead::refine {
namespace {

/// A session that knows of two numbers what they are, and a third fact that nothing needs.
struct Known {
  Session session;
  SymBits x = session.fresh_bits("x", 8);
  SymBits y = session.fresh_bits("y", 8);

  Known() {
    session.assume(is(y, 9), "unneeded");
    session.assume(is(x, 1), "told");
    session.assume(is(y, 9) | is(x, 2));
    session.assume(is(y, 2) | is(x, 1), "told");
  }
  static SymBool is(const SymBits& bits, uint64_t value) {
    return Symbolic::equal(bits, SymBits::of_constant(value, bits.width()), {});
  }
};

/// An answer that took so much that nothing takes more.
Answer dear() {
  Answer answer;
  answer.result = z3::unsat;
  answer.rlimit = ~uint64_t{0};
  return answer;
}

TEST_CASE("a hint names the facts that are needed, by origin and number") {
  Known known;
  CHECK(find_hint(known.session, {}, Known::is(known.x, 3), dear()) == Hint{"told:1"});
}

TEST_CASE("what follows from the facts of a hint is unsat, and from others it does not follow") {
  Known known;
  const SymBool wrong = Known::is(known.x, 3);
  const auto from = [&](const Hint& hint) { return ask_hinted(known.session, {}, wrong, hint).result; };
  CHECK(from({"told:1"}) == z3::unsat);
  CHECK(from({"told:1", "unneeded:1"}) == z3::unsat);
  CHECK(from({"told:2"}) == z3::sat);
  CHECK(from({"unneeded:1", ":1"}) == z3::sat);
}

TEST_CASE("facts that are gone are left out") {
  Known known;
  CHECK(ask_hinted(known.session, {}, Known::is(known.x, 3), {"told:7", "gone:1"}).result == z3::sat);
  CHECK(ask_hinted(known.session, {}, Known::is(known.x, 3), {"told:7", "told:1"}).result == z3::unsat);
}

TEST_CASE("no hint is found for what takes little, or can hold") {
  Known known;
  Answer cheap = dear();
  cheap.rlimit = 1000;
  CHECK(find_hint(known.session, {}, Known::is(known.x, 3), cheap).empty());
  CHECK(find_hint(known.session, {}, Known::is(known.x, 1), dear()).empty());
}

}  // namespace
}  // namespace bulkhead::refine
