#include "refine/legal_search.hpp"

#include <algorithm>

#include "refine/abstraction.hpp"
#include "refine/small_world.hpp"
#include "tests/catch.hpp"

/// States made from a solver's models are legal where the model does not say otherwise, and the search takes no other.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

constexpr uint64_t region = 0x7012;
constexpr uint64_t index_in_table = 5;

/// A symbolic state, the only thing known of which is one word of a table.
struct OneWord {
  Session session;
  PreState pre;

  OneWord() : pre((session.begin({}), session)) {}

  SymBool holds(Frame<S> table, uint64_t word) {
    return session.quietly(
        [&] { return pre.engine().hardware.memory().load(table, Index<S>(index_in_table)) == Word<S>(word); });
  }
  Frame<S> level3() {
    session.assume(pre.host().fine(Gib<S>(region >> index_bits)));
    return pre.host().level3(Region<S>(region));
  }
  Frame<S> level2() {
    session.assume(pre.host().fine(Gib<S>(region)));
    return pre.host().level2(Gib<S>(region));
  }
  /// The state that a model of the facts is completed to.
  ModelState completed() {
    REQUIRE(session.solver().check() == z3::sat);
    return {session, session.solver().get_model(), ModelState::Filler::empty};
  }
  Search::Outcome search(const SymBool& condition, const Accept& accept) {
    return find_legal(session, pre, Limits{}, condition, accept).outcome;
  }
};

TEST_CASE("a wrong word of a table of the host is put right, and the frame that it maps is named") {
  OneWord one;
  uint64_t frame = 0;
  SECTION("level 3") {
    one.session.assume(one.holds(one.level3(), 0x80000 | writable_page_bits));
    frame = region << 9 | index_in_table;
  }
  SECTION("level 2") {
    one.session.assume(one.holds(one.level2(), 0));
    frame = region << 18 | index_in_table << 9;
  }
  SECTION("level 1") {
    one.session.assume(one.holds(one.pre.host().level1(Index<S>(3)), 0));
    frame = (3 << 9 | index_in_table) << 18;
  }
  SECTION("root") {
    one.session.assume(one.holds(one.pre.engine().host_root, 0));
    frame = index_in_table << 27;
  }
  const ModelState state = one.completed();
  CHECK(state.corrected() == std::set<uint64_t>{frame});
  CHECK(state.small().violations().empty());
}

/// States in which some compartment finds something at some page.
struct OnePage : OneWord {
  CompartmentId<S> id = CompartmentId<S>::from_bits(session.apply("id", {}, CompartmentId<S>::width));
  Page<S> page = Page<S>::from_bits(session.apply("page", {}, Page<S>::width));
  SymBool finds = descend(pre.engine(), id, page).meaning(page).access != Access::none;
  const std::string goal = "nonvacuity/call/path/reachable";

  Search search(const Limits& limits) {
    return find_legal(
        session, pre, limits, finds, [](const ModelState&) { return ""; }, goal);
  }
};

TEST_CASE("a state that was found is found at less expense by its hint, and a wrong hint changes nothing") {
  Limits finding;
  finding.judging.finds_hints = true;
  OnePage one;
  const Search found = one.search(finding);
  REQUIRE(found.outcome == Search::Outcome::found);
  REQUIRE(found.hint.size() == one.session.applications().size());
  const auto search_with = [&](const Hint& hint) {
    Limits hinted;
    hinted.judging.hints = std::make_shared<const Hints>(Hints{{one.goal, hint}});
    return OnePage().search(hinted);
  };
  const Search again = search_with(found.hint);
  CHECK(again.outcome == Search::Outcome::found);
  CHECK(!again.hint_is_stale);
  CHECK(again.rlimit < found.rlimit);
  Hint wrong = found.hint;
  for (std::string& value : wrong) { value = "0x0"; }
  for (const Hint& useless : {wrong, Hint{"0x1"}, Hint{"a:1"}}) {
    const Search anyway = search_with(useless);
    CHECK(anyway.outcome == Search::Outcome::found);
    CHECK(anyway.hint_is_stale);
  }
}

TEST_CASE("a GiB with a frame of RAM is mapped page by page, whatever a model says") {
  OneWord one;
  const Frame<S> frame(region << 18 | 7);
  one.session.assume(one.session.quietly([&] {
    return (one.pre.engine().frames.state.get(frame) == FrameState::host) &
           (one.pre.engine().frames.owner.get(frame) == CompartmentId<S>(0)) &
           (one.pre.engine().platform.state_at_boot(frame) == FrameState::host);
  }));
  one.session.assume(!one.pre.host().fine(Gib<S>(region)));
  const ModelState state = one.completed();
  CHECK(state.corrected() == std::set<uint64_t>{region << 18 | 7});
  CHECK(state.small().violations().empty());
}

TEST_CASE("no search takes a state with a wrong word in a table of the host") {
  constexpr uint64_t wrong_word = 0x80000 | writable_page_bits;
  OneWord one;
  const auto frame = Frame<S>::from_bits(one.session.apply("some.frame", {}, Frame<S>::width));
  const SymBool wrong = one.holds(frame, wrong_word);
  const Accept is_wrong = [&frame](const ModelState& state) {
    const bool wrong = state.value(field::memory, {state.evaluate(frame.bits()), index_in_table}) == wrong_word;
    return wrong ? "" : "a model does not reproduce";
  };
  SECTION("whatever it is called") {
    CHECK(one.search(wrong & (frame == one.level3()), is_wrong) != Search::Outcome::found);
    CHECK(one.search(wrong & (frame == one.pre.engine().host_root), is_wrong) != Search::Outcome::found);
  }
  SECTION("but other frames may hold that word") { CHECK(one.search(wrong, is_wrong) == Search::Outcome::found); }
}

/// A small world in which something is known of one arbitrary frame.
struct OneFrame : OneWord {
  Frame<S> frame = Frame<S>::from_bits(session.apply("some.frame", {}, Frame<S>::width));

  void is(FrameState state) {
    session.note({Site::frame, frame.bits(), {}});
    session.assume(session.quietly([&] { return pre.engine().frames.state.get(frame) == state; }));
  }
  void close() { SmallWorld(session, pre).close(); }
};

TEST_CASE("what is mapped in a small world is mapped by tables up to a root, and the state is legal") {
  OneFrame one;
  one.is(FrameState::data);
  one.close();
  const ModelState state = one.completed();
  CHECK(state.small().violations().empty());
  const FrameRecord data = state.small().frame(state.evaluate(one.frame.bits()));
  CHECK(data.state == FrameState::data);
  const auto is_table_of_owner = [&data](const auto& listed) {
    return listed.second.is_table() && listed.second.owner == data.owner;
  };
  CHECK(std::count_if(state.small().frames.begin(), state.small().frames.end(), is_table_of_owner) >= 4);
}

TEST_CASE("no block maps anything in a small world, but a search finds one") {
  const auto is_block = [](OneFrame& one) {
    one.is(FrameState::table);
    return one.session.quietly([&] {
      return (one.pre.engine().frames.level.get(one.frame) == Level<S>(2)) &
             one.holds(one.frame, 0x40000000 | (writable_page_bits & ~block_without));
    });
  };
  OneFrame small;
  small.session.assume(is_block(small));
  small.close();
  CHECK(small.session.solver().check() == z3::unsat);

  OneFrame any;
  const SymBool wanted = is_block(any);
  const Accept take_any = [](const ModelState&) { return ""; };
  CHECK(any.search(wanted, take_any) == Search::Outcome::found);
}

}  // namespace
}  // namespace bulkhead::refine
