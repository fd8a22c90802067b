#include "refine/legal_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hw/descriptor.hpp"
#include "refine/constants.hpp"
#include "refine/records.hpp"
#include "refine/second_opinion.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;

constexpr unsigned max_rounds = 24;

Place<S> constant_place(const Place<C>& place) {
  return {constant(place.frame), constant(place.index), constant(place.compartment), constant(place.cpu),
          constant(place.page)};
}

bool contains(const std::vector<SymBits>& keys, const SymBits& key) {
  return std::any_of(keys.begin(), keys.end(), [&key](const SymBits& other) { return same(key, other); });
}

bool contains(const std::vector<Read>& reads, const Read& read) {
  return std::any_of(reads.begin(), reads.end(), [&read](const Read& other) {
    return same(read.first, other.first) && same(read.second, other.second);
  });
}

/// Keys at a site, each once.
std::vector<SymBits> keys_at(Site site, const std::vector<Read>& reads) {
  std::vector<SymBits> keys;
  for (const Read& read : reads) {
    if (read.site == site && !contains(keys, read.first)) { keys.push_back(read.first); }
  }
  return keys;
}

SymBool is_one_of(const SymBits& key, const std::vector<SymBits>& keys) {
  SymBool found = false;
  for (const SymBits& other : keys) { found = found | S::equal(key, other, {}); }
  return found;
}

/// The search keeps states small: what was read too deep to be followed should be a place that is followed, or as
/// quiet as can be. Where that contradicts, the place is followed and the solver is asked again.
class Closure {
 public:
  Closure(Session& session, const PreState& pre) : session_(session), pre_(pre) {}

  /// Assumes the invariants at all that was read, and makes the wishes for the rest.
  void close() {
    session_.quietly([this] {
      assume_at_frames();
      assume_at_entries();
    });
    make_wishes();
    wish_for_nothing_mapped();
    wish_for_nothing_found();
    wish_for_no_blocks();
  }
  const std::vector<SymBool>& wishes() const { return wishes_; }
  /// Assumes of every frame at hand that it is recorded so if the entry maps it as part of a block.
  void assume_in_block(const Read& entry) const {
    const auto table = Frame<S>::from_bits(entry.first);
    const auto index = Index<S>::from_bits(entry.second);
    session_.quietly([&] {
      for (const SymBits& frame : closed_frames_) {
        session_.assume(in_block_is_recorded(pre_.engine(), table, index, Frame<S>::from_bits(frame)));
      }
    });
  }
  /// Follows the places whose wishes contradict, and lets tables have what they must; blocks only where nothing else
  /// can be the reason.
  void follow(const std::vector<size_t>& core) {
    for (const size_t i : core) {
      if (i < wished_.size()) {
        session_.note_shallow(wished_[i]);
      } else if (i < wished_.size() + not_mapped_.size()) {
        assume_mapped(not_mapped_[i - wished_.size()]);
      } else {
        give_up(i - wished_.size() - not_mapped_.size(), core.size() == 1);
      }
    }
  }

 private:
  void assume_at_frames() {
    for (const SymBits& frame : keys_at(Site::frame, session_.reads())) {
      if (contains(closed_frames_, frame)) { continue; }
      closed_frames_.push_back(frame);
      pre_.assume_at(About::frame, {.frame = Frame<S>::from_bits(frame)});
    }
  }
  void assume_at_entries() {
    const std::vector<Read> unfollowed = session_.unfollowed();
    for (; seen_ < unfollowed.size(); ++seen_) {
      const Read& read = unfollowed[seen_];
      if (read.site != Site::entry || contains(closed_entries_, read)) { continue; }
      closed_entries_.push_back(read);
      pre_.assume_at(About::entry,
                     {.frame = Frame<S>::from_bits(read.first), .index = Index<S>::from_bits(read.second)});
    }
  }
  void make_wishes() {
    wishes_.clear();
    wished_.clear();
    session_.quietly([this] {
      const auto ids = keys_at(Site::compartment, session_.reads());
      for (const SymBits& id : keys_at(Site::compartment, session_.unfollowed())) {
        if (contains(ids, id)) { continue; }
        const auto free =
            pre_.engine().compartments.state.get(CompartmentId<S>::from_bits(id)) == CompartmentState::free;
        wish({Site::compartment, id, {}}, is_one_of(id, ids) | free);
      }
      const auto frames = keys_at(Site::frame, session_.reads());
      for (const SymBits& frame : keys_at(Site::frame, session_.unfollowed())) {
        if (!contains(frames, frame)) { wish({Site::frame, frame, {}}, is_one_of(frame, frames) | is_quiet(frame)); }
      }
    });
  }
  /// A frame that nothing maps needs no tables.
  void wish_for_nothing_mapped() {
    not_mapped_.clear();
    session_.quietly([this] {
      for (const SymBits& bits : closed_frames_) {
        if (contains(anywhere_, bits)) { continue; }
        not_mapped_.push_back(bits);
        const auto frame = Frame<S>::from_bits(bits);
        const auto maybe = contains(mapped_, bits);
        const auto recorded = is_recorded(pre_.engine(), frame);
        wishes_.push_back(maybe ? recorded == is_high(frame) : (!recorded) & !is_high(frame));
      }
    });
  }
  /// Pages are simpler than blocks. One wish for all entries: where some block must be, others may.
  void wish_for_no_blocks() {
    if (may_have_blocks_) { return; }
    session_.quietly([this] {
      SymBool none = true;
      for (const Read& read : session_.reads()) {
        if (read.site == Site::entry) { none = none & !is_block(read); }
      }
      for (const Read& entry : closed_entries_) { none = none & !is_block(entry); }
      wishes_.push_back(none);
    });
  }
  SymBool is_block(const Read& read) const {
    const auto table = Frame<S>::from_bits(read.first);
    const Word<S> entry = pre_.engine().hardware.memory().load(table, Index<S>::from_bits(read.second));
    return (pre_.engine().frames.state.get(table) == FrameState::table) & hw::is_valid<S>(entry) &
           !hw::is_table<S>(entry, 0);
  }
  void give_up(size_t wish, bool is_alone) {
    if (wish < not_found_.size()) {
      must_be_found_.insert(not_found_[wish]);
    } else {
      may_have_blocks_ = is_alone;
    }
  }
  /// What is mapped is wished into the upper half of memory and all else into the lower, so that a block, of which the
  /// model knows a few frames, maps nothing else.
  static SymBool is_high(Frame<S> frame) { return frame >= Frame<S>(uint64_t{1} << (Frame<S>::width - 1)); }
  void assume_mapped(const SymBits& frame) {
    if (contains(mapped_, frame)) {
      anywhere_.push_back(frame);
      return;
    }
    mapped_.push_back(frame);
    pre_.assume_found(Frame<S>::from_bits(frame));
  }
  /// A table in which nothing that was looked for is found is the simplest.
  void wish_for_nothing_found() {
    not_found_.clear();
    const auto& witnesses = session_.entry_witnesses();
    for (size_t i = 0; i < witnesses.size(); ++i) {
      if (must_be_found_.count(i) != 0) { continue; }
      not_found_.push_back(i);
      wishes_.push_back(!witnesses[i].found);
    }
  }
  SymBool is_quiet(const SymBits& frame) const {
    const auto f = Frame<S>::from_bits(frame);
    const auto state = pre_.engine().frames.state.get(f);
    return ((state == FrameState::device) | (state == FrameState::engine)) &
           (pre_.engine().frames.owner.get(f) == CompartmentId<S>(0)) &
           (pre_.engine().platform.state_at_boot(f) == state) & !is_high(f);
  }
  void wish(const Read& place, const SymBool& small) {
    wished_.push_back(place);
    wishes_.push_back(small);
  }

  Session& session_;
  const PreState& pre_;
  std::vector<SymBits> closed_frames_;
  std::vector<Read> closed_entries_;
  size_t seen_ = 0;  ///< of the reads that are not followed
  std::vector<Read> wished_;
  std::vector<SymBits> mapped_;      ///< frames that may be mapped, and then have to be found
  std::vector<SymBits> anywhere_;    ///< those for which no place is wished
  std::vector<SymBits> not_mapped_;  ///< frames about which there is a wish
  std::vector<SymBool> wishes_;      ///< one for each place wished, then for each of `not_mapped_` and `not_found_`,
                                     ///< then one for no blocks
  std::vector<size_t> not_found_;    ///< witnesses of entries wished away, by number
  bool may_have_blocks_ = false;
  std::set<size_t> must_be_found_;  ///< witnesses that cannot be wished away
};

/// Adds violated invariants, as instances at the places of the model. Where a block maps a frame that is something
/// else, they are added for that entry and every frame at hand: the next model would only choose another frame.
void learn(Session& session, const PreState& pre, const Closure& closure, const ModelState& state,
           const std::vector<SmallState::Violation>& violations) {
  for (const SmallState::Violation& violation : violations) {
    const Invariant<S>& invariant = invariants<S>()[violation.invariant];
    const Place<C>& place = violation.place;
    session.assume(session.quietly([&] { return invariant.holds(pre.view(), constant_place(place)); }));
    if (place.page == Page<C>(0)) { continue; }
    for (const Read& entry : std::vector<Read>(session.reads())) {
      const bool is_here = entry.site == Site::entry && state.evaluate(entry.first) == raw(place.frame) &&
                           state.evaluate(entry.second) == raw(place.index);
      if (is_here) { closure.assume_in_block(entry); }
    }
  }
}

/// What one completion of a model misses, if anything.
struct Attempt {
  ModelState state;
  std::vector<SmallState::Violation> violations;
};

/// Tries the completions of a model; true if one is taken. A table is filled as a run where the state is legal without
/// that, but is not what was looked for. Only then is anything learned: the model says nothing of facts that come
/// after it.
bool try_model(Session& session, const PreState& pre, const Closure& closure, const z3::model& model, Search& search,
               const Accept& accept) {
  std::vector<Attempt> failed;
  bool was_legal = false;
  for (const auto filler : {ModelState::Filler::empty, ModelState::Filler::as_first, ModelState::Filler::as_run}) {
    if (filler == ModelState::Filler::as_run && !was_legal) { break; }
    const ModelState state(session, model, filler);
    const auto violations = state.small().violations();
    if (violations.empty()) {
      was_legal = true;
      search.reason = accept(state);
      if (search.reason.empty()) { return true; }
    } else {
      search.reason = fmt::format("a model violates {}", invariants<C>()[violations.front().invariant].name);
    }
    failed.push_back({state, violations});
  }
  for (const auto& [state, violations] : failed) {
    learn(session, pre, closure, state, violations);
    if (!violations.empty()) { continue; }
    for (const uint64_t frame : state.corrected()) { pre.assume_host_map(Frame<S>(frame)); }
  }
  return false;
}

}  // namespace

Search find_legal(Session& session, const PreState& pre, const Limits& limits, const SymBool& condition,
                  const Accept& accept) {
  Search search;
  const Session::Scope scope(session);
  Closure closure(session, pre);
  Limits left = limits;
  for (unsigned round = 0; round < max_rounds; ++round) {
    closure.close();
    const Answer answer = ask(session, left, condition, closure.wishes());
    search.seconds += answer.seconds;
    search.rlimit += answer.rlimit;
    left.rlimit = limits.rlimit - static_cast<unsigned>(std::min<uint64_t>(search.rlimit, limits.rlimit - 1));
    if (answer.result == z3::unknown) {
      search.reason = answer.reason;
      return search;
    }
    if (answer.result == z3::unsat && answer.core.empty()) {
      search.outcome = Search::Outcome::impossible;
      search.reason = "no legal state";
      search.contradiction = session.solver().assertions();
      search.contradiction->push_back(session.expr(condition));
      return search;
    }
    if (answer.result == z3::unsat) {
      closure.follow(answer.core);
      continue;
    }
    const size_t facts = session.facts().size();
    if (try_model(session, pre, closure, *answer.model, search, accept)) {
      search.outcome = Search::Outcome::found;
      return search;
    }
    if (facts == session.facts().size()) { return search; }
  }
  search.reason = fmt::format("no legal state in {} rounds; {}", max_rounds, search.reason);
  return search;
}

namespace {

/// Notes what a search used, and the verdict that its outcome means.
void settle(Obligation& goal, const Search& search, Verdict if_found, Verdict if_impossible) {
  goal.seconds += search.seconds;
  goal.rlimit += search.rlimit;
  goal.detail = search.reason;
  switch (search.outcome) {
    case Search::Outcome::found:
      goal.verdict = if_found;
      break;
    case Search::Outcome::impossible:
      goal.verdict = if_impossible;
      break;
    case Search::Outcome::unknown:
      goal.verdict = Verdict::unknown;
      break;
  }
}

}  // namespace

void settle_counterexample(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                           const Search& search) {
  settle(goal, search, Verdict::refuted, Verdict::proved);
  if (search.outcome == Search::Outcome::impossible) {
    confirm(session, limits, goal, negation, *search.contradiction);
  }
}

void settle_witness(Obligation& goal, const Search& search) { settle(goal, search, Verdict::proved, Verdict::refuted); }

}  // namespace bulkhead::refine
