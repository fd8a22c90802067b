#include "refine/known_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "refine/goal_facts.hpp"
#include "refine/path_search.hpp"
#include "refine/paths.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// What is spent on a state that would be good to have.
constexpr unsigned optional_rlimit = 4'000'000;

template <class V>
SymBool has_upper_half(V value) {
  return (value >> (V::width / 2)) != V(0);
}

/// Whether the indices of a page in the tables of the first levels have bits set in their upper halves.
SymBool has_high_indices(Page<S> page, unsigned levels) {
  SymBool all = true;
  for (unsigned level = 0; level < levels; ++level) { all = all & has_upper_half(hw::index_at<S>(page, level)); }
  return all;
}

/// Whether whatever is named or written is a number with bits set in its upper half: arguments, frames, the host's
/// root.
SymBool is_wide(const Path& path, unsigned levels) {
  const auto& inputs = row_of(path.call).inputs;
  SymBool all = (path.pre.engine().host_root >> 20U) != Frame<S>(0);
  if (is_about_caller(path.call)) { all = all & (path.arguments.caller > CompartmentId<S>(0xFF)); }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Word<S> word = path.arguments.words.at(i);
    if (inputs[i].kind == Kind::compartment) { all = all & (word > Word<S>(0xFF)); }
    if (inputs[i].kind == Kind::vcpu) { all = all & (word > Word<S>(0xF)); }
    if (inputs[i].kind == Kind::pa) { all = all & has_upper_half(frame_of(widen<Pa<S>>(word))); }
    if (inputs[i].kind == Kind::ipa) { all = all & has_high_indices(page_of(widen<Ipa<S>>(word)), levels); }
  }
  for (const hw::Effect<S>& effect : path.step->effects) {
    const bool writes = effect.kind == hw::EffectKind::fill || effect.kind == hw::EffectKind::copy;
    if (writes) { all = all & has_upper_half(effect.frame); }
  }
  return all;
}

/// Whether the records of the frames that are given hold something in every field, left over from before.
SymBool has_stale_records(const Path& path) {
  const auto& inputs = row_of(path.call).inputs;
  const auto& frames = path.pre.engine().frames;
  SymBool all = true;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind != Kind::pa) { continue; }
    const Frame<S> frame = frame_of(widen<Pa<S>>(path.arguments.words.at(i)));
    all = all & (frames.parent_table.get(frame) != Frame<S>(0)) & (frames.parent_index.get(frame) != Index<S>(0)) &
          (frames.level.get(frame) == Level<S>(2)) & (frames.base.get(frame) != Page<S>(0));
  }
  return all;
}

/// Whether every word that was loaded has something in it.
SymBool loads_something(const Path& path) {
  SymBool all = true;
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind == hw::EffectKind::load) { all = all & (effect.value != Word<S>(0)); }
  }
  return all;
}

/// Whether a loaded word leads to a frame with bits set in the lower half of its number: to none that is aligned to
/// more than it has to be.
SymBool leads_to_odd_frame(const hw::Effect<S>& load) {
  return (hw::output_frame<S>(load.value) & Frame<S>(low_mask(Frame<S>::width / 2))) != Frame<S>(0);
}

/// Whether every word that was loaded does.
SymBool leads_to_odd_frames(const Path& path) {
  SymBool all = true;
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind == hw::EffectKind::load) { all = all & leads_to_odd_frame(effect); }
  }
  return all;
}

/// Whether the last word that was loaded does.
SymBool ends_at_odd_frame(const Path& path) {
  SymBool last = false;
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind == hw::EffectKind::load) { last = leads_to_odd_frame(effect); }
  }
  return last;
}

/// Whether each word that was loaded is another one than there is in the frame whose number lacks the upper half.
SymBool loads_from_where_it_says(const Path& path) {
  const auto& memory = path.pre.engine().hardware.memory();
  SymBool all = true;
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind != hw::EffectKind::load) { continue; }
    const Frame<S> low = effect.frame & Frame<S>(low_mask(Frame<S>::width / 2));
    all = all & (memory.load(low, effect.index) != effect.value);
  }
  return all;
}

/// A page beside what the call is about, a page or all that a table translates, and under the same table as that.
Page<S> page_beside(const Path& path) {
  const spec::Inputs<S> in = spec::name_inputs(path.call, path.arguments);
  const auto beside = [&](unsigned level) { return in.page() ^ Page<S>(span_mask(level) + 1); };
  if (!takes_level(path.call)) { return beside(leaf_level); }
  return select(in.level == Word<S>(1), beside(0), select(in.level == Word<S>(2), beside(1), beside(2)));
}

/// Whether the compartment has something mapped beside what the call is about.
SymBool has_mapped_neighbour(const Path& path) {
  const Page<S> page = page_beside(path);
  const auto compartment = spec::name_inputs(path.call, path.arguments).compartment();
  return descend(path.pre.engine(), compartment, page).meaning(page).access != Access::none;
}

/// Whether what is copied differs, somewhere, from nothing and from what the neighbouring frames hold.
SymBool copies_something(const Path& path) {
  const auto& memory = path.pre.engine().hardware.memory();
  const Index<S> at = path.point.index;
  SymBool all = has_upper_half(at);
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind != hw::EffectKind::copy) { continue; }
    const Word<S> word = memory.load(effect.source, at);
    all = all & (word != Word<S>(0)) & (word != memory.load(effect.source + Frame<S>(1), at));
  }
  return all;
}

/// Whether every store writes what no state so far has it write.
SymBool stores_something_new(const Path& path, const KnownPath& known) {
  const auto& effects = path.step->effects;
  SymBool all = true;
  for (size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].kind != hw::EffectKind::store) { continue; }
    for (const auto& situation : known.situations) {
      all = all & (effects[i].value != situation->run.effects.effects().at(i).value);
    }
  }
  return all;
}

/// Adds a legal state that satisfies the condition and really takes the path, if one is found. It is for the goal of
/// that name, if any.
bool find_situation(Session& session, const Path& path, const Limits& limits, const SymBool& condition,
                    KnownPath& known, const std::string& goal = {}) {
  const auto is_taken = [&](const ModelState& state) -> std::string {
    auto situation = std::make_unique<Situation>(state, path);
    std::string why = departure(state, path, situation->run);
    if (why.empty()) { known.situations.push_back(std::move(situation)); }
    return why;
  };
  const Search search = find_legal(session, path.pre, limits, condition, is_taken, goal);
  return search.outcome == Search::Outcome::found;
}

/// States in which the faults that a first state does not show are seen: numbers that are large, fields left over from
/// before, tables with something in them, and each selection and search both ways.
void find_more_situations(Session& session, const Path& path, const std::vector<Event>& events, const Limits& limits,
                          KnownPath& known) {
  for (unsigned levels = 4; levels > 0; --levels) {
    if (find_situation(session, path, limits, is_wide(path, levels), known)) { break; }
  }
  find_situation(session, path, limits, has_stale_records(path), known);
  find_situation(session, path, limits, copies_something(path), known);
  if (!find_situation(session, path, limits, leads_to_odd_frames(path), known)) {
    find_situation(session, path, limits, ends_at_odd_frame(path), known);
  }
  find_situation(session, path, limits, has_mapped_neighbour(path), known);
  for (const Event& event : events) {
    if (event.condition.is_constant()) { continue; }
    find_situation(session, path, limits, event.condition & loads_something(path), known);
    find_situation(session, path, limits, (!event.condition) & loads_something(path), known);
  }
  const SymBool is_new = stores_something_new(path, known);
  if (!find_situation(session, path, limits, is_new & is_wide(path, 1), known)) {
    find_situation(session, path, limits, is_new, known);
  }
  find_situation(session, path, limits, loads_from_where_it_says(path), known);
}

void note_goals(Session& session, const Path& path, KnownPath& known) {
  for (const Decision& decision : session.decisions()) {
    known.choices.push_back(decision.taken);
    known.decisions.push_back(session.expr(decision.condition));
  }
  known.goals.emplace("safety/beliefs", KnownGoal{session.expr(session.all_beliefs()), session.definitions()});
  for (const Statement& statement : statements_about(*path.step)) {
    const Session::Scope scope(session);
    const SymBool holds = statement.holds(*path.step, path.point);
    known.goals.emplace(statement.theorem + "/" + statement.conjunct,
                        KnownGoal{session.expr(holds), session.definitions()});
  }
}

}  // namespace

bool same_terms(const std::vector<z3::expr>& a, const std::vector<z3::expr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return z3::eq(x, y); });
}

bool KnownPath::shares(const KnownPath& other, size_t event) const {
  if (event >= other.events.size() || event >= events.size()) { return false; }
  const size_t count = events[event].decisions;
  return other.events[event].decisions == count &&
         std::equal(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(count), other.choices.begin());
}

std::vector<KnownPath> explore(Session& session, Call call) {
  std::vector<KnownPath> paths;
  std::map<Status, unsigned> of_status;
  session.keep_definitions();
  for_each_path(session, [&] {
    Mutator plain;
    const Path path(session, call, &plain);
    KnownPath known;
    known.status = path.step->result.status;
    known.name = fmt::format("{}.{}", name_of(known.status), ++of_status[known.status]);
    known.events = plain.events();
    known.definitions = session.definitions();
    apply_rule(*path.step);
    relate_witnesses(session, path);
    note_goals(session, path, known);
    paths.push_back(std::move(known));
  });
  return paths;
}

void find_situations(Session& session, Call call, const Limits& limits, KnownPath& known) {
  if (std::exchange(known.was_searched, true)) { return; }
  session.begin(known.choices);
  Mutator plain;
  const Path path(session, call, &plain);
  find_situation(session, path, limits, true, known, goal_name("nonvacuity", name_of(call), known.name, "reachable"));
  if (!path.step->succeeded()) { return; }
  Limits search = limits;
  search.rlimit = std::min(limits.rlimit, optional_rlimit);
  find_more_situations(session, path, plain.events(), search, known);
}

}  // namespace bulkhead::refine
