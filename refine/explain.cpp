#include "refine/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "hw/descriptor.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

constexpr std::array<std::string_view, 8> frame_states = {"host", "spare", "root",   "table",
                                                          "vcpu", "data",  "engine", "device"};
constexpr std::array<std::string_view, 4> compartment_states = {"free", "created", "active", "stopping"};

template <class Tag>
uint64_t number(Value<S, Tag> value) {
  return value.bits().constant();
}

std::string written(Kind kind, uint64_t value) {
  switch (kind) {
    case Kind::pa:
    case Kind::ipa:
    case Kind::bits:
      return fmt::format("0x{:x}", value);
    case Kind::compartment:
    case Kind::level:
    case Kind::count:
    case Kind::flag:
      return value <= 0xFFFF ? fmt::format("{}", value) : fmt::format("0x{:x}", value);
  }
  return {};
}

std::string frame_record(const impl::Engine<S>& engine, uint64_t frame) {
  const Frame<S> f(frame);
  const auto& t = engine.frames;
  const auto state = static_cast<FrameState>(number(t.state.get(f)));
  std::string text(frame_states[static_cast<size_t>(state)]);
  if (number(t.owner.get(f)) != 0) { text += fmt::format(" of {}", number(t.owner.get(f))); }
  if (state == FrameState::table || state == FrameState::root) {
    text += fmt::format(", level {}, base 0x{:x}", number(t.level.get(f)), number(t.base.get(f)) << page_shift);
  }
  if (state == FrameState::table || state == FrameState::data) {
    text += fmt::format(", in 0x{:x}[{}]", number(t.parent_table.get(f)) << page_shift, number(t.parent_index.get(f)));
  }
  return text;
}

std::string compartment_record(const impl::Engine<S>& engine, uint64_t id) {
  const CompartmentId<S> c(id);
  const auto state = static_cast<size_t>(number(engine.compartments.state.get(c)));
  return fmt::format("{}, root 0x{:x}, {} vCPUs", compartment_states[state],
                     number(engine.compartments.root.get(c)) << page_shift, number(engine.compartments.vcpus.get(c)));
}

void add_if_worth(Counterexample& cex, std::string place, std::string before, std::string after, bool always) {
  if (always || before != after) { cex.touched.push_back({std::move(place), std::move(before), std::move(after)}); }
}

using Words = std::set<std::pair<uint64_t, uint64_t>>;

/// The words that the engine stored one by one.
Words stored_words(const Rerun& rerun) {
  Words words;
  for (const hw::Effect<S>& effect : rerun.effects.effects()) {
    if (effect.kind == hw::EffectKind::store) { words.insert({number(effect.frame), number(effect.index)}); }
  }
  return words;
}

void add_state(Counterexample& cex, const ModelState& state, const impl::Engine<S>& before,
               const impl::Engine<S>& after, Words words) {
  for (const uint64_t id : state.compartments()) {
    const auto record = compartment_record(before, id);
    add_if_worth(cex, fmt::format("compartment {}", id), record, compartment_record(after, id),
                 id != 0 && !record.starts_with("free"));
  }
  for (const uint64_t frame : state.frames()) {
    const auto was = static_cast<FrameState>(number(before.frames.state.get(Frame<S>(frame))));
    const bool worth =
        was != FrameState::engine && was != FrameState::device && was != FrameState::host && was != FrameState::vcpu;
    add_if_worth(cex, fmt::format("frame 0x{:x}", frame << page_shift), frame_record(before, frame),
                 frame_record(after, frame), worth);
  }
  words.insert(state.words().begin(), state.words().end());
  for (const auto& [frame, index] : words) {
    const auto word = [frame = frame, index = index](const impl::Engine<S>& engine) {
      return fmt::format("0x{:x}", number(engine.hardware.memory().load(Frame<S>(frame), Index<S>(index))));
    };
    add_if_worth(cex, fmt::format("word 0x{:x}[{}]", frame << page_shift, index), word(before), word(after), false);
  }
  std::stable_partition(cex.touched.begin(), cex.touched.end(),
                        [](const TouchedState& row) { return row.before != row.after; });
}

void add_point(Counterexample& cex, const Point& point) {
  cex.point = {{"frame", fmt::format("0x{:x}", number(point.frame) << page_shift)},
               {"index", fmt::format("{}", number(point.index))},
               {"compartment", fmt::format("{}", number(point.compartment))},
               {"ipa", fmt::format("0x{:x}", number(point.page) << page_shift)},
               {"cpu", fmt::format("{}", number(point.cpu))}};
}

/// Whether a constant of the solver stands in a term.
bool stands_in(const z3::expr& constant, const z3::expr& term, std::set<unsigned>& seen) {
  if (z3::eq(constant, term)) { return true; }
  if (!term.is_app() || !seen.insert(Z3_get_ast_id(term.ctx(), term)).second) { return false; }
  for (unsigned i = 0; i < term.num_args(); ++i) {
    if (stands_in(constant, term.arg(i), seen)) { return true; }
  }
  return false;
}

/// Leaves of the place only what the goal speaks of.
void keep_what_matters(Counterexample& cex, Session& session, const SymBool& goal, const Point& any) {
  const std::array<SymBits, 5> parts = {any.frame.bits(), any.index.bits(), any.compartment.bits(), any.page.bits(),
                                        any.cpu.bits()};
  decltype(cex.point) kept;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::set<unsigned> seen;
    if (stands_in(session.expr(parts[i]), session.expr(goal), seen)) { kept.push_back(cex.point[i]); }
  }
  cex.point = std::move(kept);
}

}  // namespace

Counterexample explain(const Rerun& rerun, Session& session, Call call, const SymBool& goal, const Point& any) {
  const Point point = evaluate_point(rerun.state, any);
  Counterexample cex;
  cex.call = std::string(name_of(call));
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    cex.arguments.emplace_back(inputs[i].name, written(inputs[i].kind, raw(rerun.arguments.words[i])));
  }
  if (raw(rerun.arguments.caller) != 0) {
    cex.arguments.emplace_back("caller", fmt::format("{}", raw(rerun.arguments.caller)));
  }
  cex.status = rerun.step != nullptr ? std::string(name_of(rerun.step->result.status))
                                     : fmt::format("engine fault: {}", rerun.failed_belief);
  for (const Decision& decision : session.decisions()) {
    cex.path.push_back({decision.condition.where().file, decision.condition.where().line, decision.taken});
  }
  add_point(cex, point);
  keep_what_matters(cex, session, goal, any);
  add_state(cex, rerun.state, rerun.before, rerun.step != nullptr ? rerun.step->after : rerun.before,
            stored_words(rerun));
  return cex;
}

Counterexample explain_state(const ModelState& state, const std::string& what, const Point& point) {
  Counterexample cex;
  cex.call = what;
  cex.status = "none";
  add_point(cex, point);
  const impl::Engine<S> engine = state.constants();
  add_state(cex, state, engine, engine, {});
  return cex;
}

}  // namespace bulkhead::refine
