#include <algorithm>
#include <string_view>

#include "model/concrete.hpp"
#include "refine/session.hpp"
#include "refine/symbolic.hpp"
#include "tests/catch.hpp"

/// The bookkeeping of symbolic runs: decisions, facts, reads, and what is undone at the end of a scope.
namespace bulkhead::refine {
namespace {

using Choices = std::vector<bool>;
using Index9 = Index<Symbolic>;

Index9 variable(Session& session, const char* name) { return Index9::from_bits(session.apply(name, {}, 9)); }
SymBits key(Session& session, const char* name) { return session.apply(name, {}, 9); }
SymBool marked(Session& session, const SymBits& at) {
  return Symbolic::equal(session.apply("marked", {at}, 1), Symbolic::constant(1, 1), {});
}
/// Whether the facts and decisions rule the condition out.
bool excluded(Session& session, const SymBool& condition) {
  return session.solver().check() == z3::sat && !session.feasible(condition);
}

TEST_CASE("an open decision takes one way and leaves the other as an alternative") {
  Session session;
  session.begin({});
  const Index9 x = variable(session, "x");
  CHECK(static_cast<bool>(x < Index9(5)));
  CHECK(static_cast<bool>(x == Index9(3)));
  REQUIRE(session.decisions().size() == 2);
  CHECK(!session.decisions()[0].forced);
  CHECK(session.alternatives() == std::vector<Choices>{{false}, {true, false}});
  CHECK(excluded(session, x != Index9(3)));
}

TEST_CASE("a run follows its choices and explores what comes after them") {
  Session session;
  session.begin({true, false});
  const Index9 x = variable(session, "x");
  CHECK(static_cast<bool>(x < Index9(5)));
  CHECK(!static_cast<bool>(x == Index9(3)));
  CHECK(session.alternatives().empty());
  CHECK(static_cast<bool>(x == Index9(4)));
  CHECK(session.alternatives() == std::vector<Choices>{{true, false, false}});
  CHECK(excluded(session, x == Index9(3)));
}

TEST_CASE("a decision that facts or decisions force has no alternative") {
  Session session;
  session.begin({});
  const Index9 x = variable(session, "x");
  session.assume(x < Index9(4));
  CHECK(!static_cast<bool>(x > Index9(7)));
  CHECK(static_cast<bool>(x <= Index9(3)));
  CHECK(session.decisions()[0].forced);
  CHECK(session.decisions()[1].forced);
  CHECK(session.alternatives().empty());
}

TEST_CASE("what is known is no decision") {
  Session session;
  session.begin({});
  CHECK(static_cast<bool>(Index9(3) < Index9(4)));
  CHECK(session.decisions().empty());
}

TEST_CASE("all paths are found, each once") {
  Session session;
  std::vector<Choices> open = {{}};
  std::vector<unsigned> outcomes;
  while (!open.empty()) {
    session.begin(open.back());
    open.pop_back();
    const Index9 x = variable(session, "x");
    unsigned outcome = 0;
    if (x < Index9(10)) { outcome += 1; }
    if (x < Index9(20)) { outcome += 2; }
    if (x == Index9(15)) { outcome += 4; }
    outcomes.push_back(outcome);
    open.insert(open.end(), session.alternatives().begin(), session.alternatives().end());
  }
  std::sort(outcomes.begin(), outcomes.end());
  CHECK(outcomes == std::vector<unsigned>{0, 2, 3, 6});
}

TEST_CASE("the path condition is what the decisions say") {
  Session session;
  session.begin({true, false});
  const Index9 x = variable(session, "x");
  static_cast<void>(static_cast<bool>(x < Index9(5)));
  static_cast<void>(static_cast<bool>(x < Index9(4)));
  z3::solver elsewhere(session.context());
  elsewhere.add(session.expr(session.path_condition()));
  CHECK(elsewhere.check() == z3::sat);
  elsewhere.add(session.expr(x != Index9(4)));
  CHECK(elsewhere.check() == z3::unsat);
}

TEST_CASE("a belief is kept with the decisions that came before") {
  Session session;
  session.begin({});
  const Index9 x = variable(session, "x");
  static_cast<void>(static_cast<bool>(x < Index9(5)));
  Symbolic::check(x < Index9(6), "it is small");
  Symbolic::check(true, "it goes without saying");
  REQUIRE(session.beliefs().size() == 1);
  CHECK(session.beliefs()[0].decisions == 1);
  CHECK(std::string_view(session.beliefs()[0].what) == "it is small");
  CHECK_THROWS_AS(Symbolic::check(false, "it is never so"), Fault);
}

TEST_CASE("a false fact is a fault, a repeated one is kept once") {
  Session session;
  session.begin({});
  const Index9 x = variable(session, "x");
  CHECK_THROWS_AS(session.assume(false), Fault);
  session.assume(true);
  session.assume(x < Index9(4));
  session.assume(x < Index9(4));
  CHECK(session.facts().size() == 1);
}

TEST_CASE("what a scope learned is gone after it, in the solver too") {
  Session session;
  session.begin({});
  std::vector<uint64_t> followed;
  session.on_read([&](const Read& read) { followed.push_back(read.first.constant()); });
  const Index9 x = variable(session, "x");
  session.assume(x < Index9(100));
  const SymBool marked_x = marked(session, x.bits());
  const auto learn = [&] {
    session.assume(x < Index9(4));
    session.note({Site::frame, Symbolic::constant(7, 36), {}});
    session.note_index(x.bits());
    session.note_page(Symbolic::constant(9, 36));
    session.add_universal({Universal::Over::index, [&](const SymBits& at) { return marked(session, at); }});
    static_cast<void>(session.some_entry(x.bits(), [&](const SymBits& at) { return marked(session, at); }));
    session.apply("inside", {x.bits()}, 4);
    session.quietly([&] {
      session.note({Site::cpu, Symbolic::constant(1, 16), {}});
      return true;
    });
  };
  const size_t applications = session.applications().size();
  for (unsigned round = 1; round <= 2; ++round) {
    {
      const Session::Scope scope(session);
      CHECK(scope.first_fact() == 1);
      learn();
      CHECK(excluded(session, x == Index9(50)));
      CHECK(excluded(session, !marked_x));
      CHECK(followed.size() == round);
    }
    CHECK(session.facts().size() == 1);
    CHECK(session.reads().empty());
    CHECK(session.unfollowed().empty());
    CHECK(session.entry_witnesses().empty());
    CHECK(session.applications().size() == applications);
    CHECK(session.feasible(x == Index9(50)));
    CHECK(session.feasible(!marked_x));
    CHECK(excluded(session, x == Index9(100)));
  }
  session.note_index(key(session, "later"));
  CHECK(session.facts().size() == 1);
}

TEST_CASE("a universal holds at keys noted before it and after it") {
  Session session;
  session.begin({});
  const SymBits early = key(session, "early");
  const SymBits late = key(session, "late");
  const SymBits page = session.apply("page", {}, 9);
  session.note_index(early);
  session.add_universal({Universal::Over::index, [&](const SymBits& at) { return marked(session, at); }});
  session.note_index(late);
  session.note_index(early);
  session.note_page(page);
  CHECK(excluded(session, !marked(session, early)));
  CHECK(excluded(session, !marked(session, late)));
  CHECK(session.feasible(!marked(session, page)));
  CHECK(session.facts().size() == 2);
  session.add_universal({Universal::Over::page, [&](const SymBits& at) { return !marked(session, at); }});
  CHECK(excluded(session, marked(session, page)));
}

TEST_CASE("a page is told once to who asks, whenever it was noted") {
  Session session;
  session.begin({});
  std::vector<uint64_t> told;
  session.note_page(Symbolic::constant(1, 36));
  session.on_page([&](const SymBits& page) { told.push_back(page.constant()); });
  session.note_page(Symbolic::constant(2, 36));
  session.note_page(Symbolic::constant(1, 36));
  CHECK(told == std::vector<uint64_t>{1, 2});
}

TEST_CASE("reads made by facts about reads are followed to the depth, and the rest is written down") {
  Session session;
  session.begin({});
  session.follow_to(2);
  std::vector<std::pair<uint64_t, unsigned>> followed;
  session.on_read([&](const Read& read) {
    followed.emplace_back(read.first.constant(), read.depth);
    session.note({Site::frame, Symbolic::constant(read.first.constant() + 1, 36), {}});
  });
  session.note({Site::frame, Symbolic::constant(10, 36), {}});
  CHECK(followed == std::vector<std::pair<uint64_t, unsigned>>{{10, 0}, {11, 1}});
  REQUIRE(session.unfollowed().size() == 1);
  CHECK(session.unfollowed()[0].first.constant() == 12);
  session.note({Site::frame, Symbolic::constant(10, 36), {}});
  CHECK(followed.size() == 2);
  session.note({Site::compartment, Symbolic::constant(10, 36), {}});
  CHECK(followed.size() == 3);
  session.note_shallow(session.unfollowed()[0]);
  CHECK(followed.back() == std::pair<uint64_t, unsigned>{12, 1});
  CHECK(session.reads().size() == followed.size());
  CHECK(session.unfollowed().back().first.constant() == 13);
}

TEST_CASE("nothing read quietly is followed") {
  Session session;
  session.begin({});
  unsigned followed = 0;
  session.on_read([&](const Read&) { ++followed; });
  const auto read = [&] {
    session.note({Site::cpu, Symbolic::constant(3, 16), {}});
    return 5;
  };
  CHECK(session.quietly(read) == 5);
  CHECK(followed == 0);
  CHECK(session.unfollowed().size() == 1);
  read();
  CHECK(followed == 1);
}

TEST_CASE("the same application is the same term, once") {
  Session session;
  session.begin({});
  const SymBits x = key(session, "x");
  const SymBits once = session.apply("f", {x}, 7);
  CHECK(same(once, session.apply("f", {x}, 7)));
  CHECK(!same(session.fresh_bits("f", 7), session.fresh_bits("f", 7)));
  size_t applications_of_f = 0;
  for (const Application& application : session.applications()) { applications_of_f += application.function == "f"; }
  CHECK(applications_of_f == 1);
}

/// Where the only decision of a run was made.
struct Place {
  std::string file;
  int line;
};
template <class Decide>
Place decided_at(const Decide& decide) {
  Session session;
  session.begin({});
  decide(Index9::from_bits(session.apply("x", {}, 9)),
         Value<Symbolic, FrameState>::from_bits(session.apply("s", {}, Value<Symbolic, FrameState>::width)));
  REQUIRE(session.decisions().size() == 1);
  const Where where = session.decisions()[0].condition.where();
  const std::string file = where.file;
  return {file.substr(file.find_last_of('/') + 1), where.line};
}

TEST_CASE("a decision knows the source line of its comparison, whichever way it is written") {
  using State = Value<Symbolic, FrameState>;
  const auto check = [](int line, const Place& place) {
    CHECK(place.file == "test_session.cpp");
    CHECK(place.line == line);
  };
  // clang-format off
  check(__LINE__, decided_at([](Index9 x, State) { if (x < Index9(4)) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (Index9(4) < x) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (x == Index9(4)) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (Index9(4) == x) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (x >= Index9(4)) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (Index9(4) != x) { return; } }));
  check(__LINE__, decided_at([](Index9, State s) { if (s == FrameState::spare) { return; } }));
  check(__LINE__, decided_at([](Index9, State s) { if (FrameState::spare == s) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State) { if (!(x == Index9(4))) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State s) { if ((x < Index9(4)) & (s == FrameState::host)) { return; } }));
  check(__LINE__, decided_at([](Index9 x, State s) { if ((x < Index9(4)) | (s == FrameState::host)) { return; } }));
  // clang-format on
}

}  // namespace
}  // namespace bulkhead::refine
