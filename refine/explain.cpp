#include "refine/explain.hpp"

#include <algorithm>
#include <array>

#include "hw/descriptor.hpp"
#include "refine/constants.hpp"
#include "refine/engine_records.hpp"
#include "refine/exposure.hpp"
#include "refine/spec_places.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using C = Concrete;
using Kind = hw::EffectKind;

hw::Effect<C> concrete_effect(const hw::Effect<S>& e) {
  return {e.kind, e.barrier, e.tlbi, e.reg, concrete(e.frame), concrete(e.index), concrete(e.value), concrete(e.source),
          e.step};
}

/// The words of one frame, as a range of keys.
auto words_of(SmallState& state, uint64_t frame) {
  return std::pair{state.words.lower_bound({frame, 0}), state.words.lower_bound({frame + 1, 0})};
}

void fill(SmallState& state, uint64_t frame, uint64_t value, uint64_t step) {
  const auto [first, end] = words_of(state, frame);
  state.words.erase(first, end);
  state.frames[frame].rest = value;
  state.frames[frame].step = step;
}

void copy(SmallState& state, uint64_t to, uint64_t from) {
  fill(state, to, state.frame(from).rest, state.frame(from).step);
  const auto [first, end] = words_of(state, from);
  std::vector<std::pair<uint64_t, uint64_t>> words;
  for (auto word = first; word != end; ++word) { words.emplace_back(word->first.second, word->second); }
  for (const auto& [index, value] : words) { state.words[{to, index}] = value; }
}

/// Lists a frame that was not listed, as it is.
void list(SmallState& state, uint64_t frame) {
  if (!state.frames.contains(frame)) { state.frames.emplace(frame, state.frame(frame)); }
}

/// Whether the words of a frame follow from other things: those of the host's own tables.
bool follows(const SmallState& state, uint64_t frame) { return state.first_host_frame_under(frame, 0).has_value(); }

void carry_out(SmallState& state, const hw::Effect<C>& effect) {
  const uint64_t frame = raw(effect.frame);
  switch (effect.kind) {
    case Kind::store:
      list(state, frame);
      if (!follows(state, frame)) { state.words[{frame, raw(effect.index)}] = raw(effect.value); }
      break;
    case Kind::fill:
      list(state, frame);
      fill(state, frame, raw(effect.value), effect.step);
      break;
    case Kind::copy:
      list(state, frame);
      copy(state, frame, raw(effect.source));
      break;
    case Kind::load:
    case Kind::clean:
    case Kind::dsb:
    case Kind::isb:
    case Kind::tlbi:
    case Kind::dc:
    case Kind::ic:
    case Kind::msr:
    case Kind::lock:
    case Kind::unlock:
    case Kind::eret:
    case Kind::exception:
      break;
  }
}

/// Takes over what an engine on constants records of the places that the state lists.
void take_records(SmallState& state, const impl::Engine<S>& engine) {
  for (auto& [frame, record] : state.frames) {
    const auto [rest, step] = std::pair(record.rest, record.step);
    record = record_in(engine, Frame<S>(frame));
    record.rest = rest;
    record.step = step;
  }
  for (auto& [id, record] : state.compartments) { record = record_in(engine, CompartmentId<S>(id)); }
  for (auto& [vcpu, record] : state.vcpus) {
    record = record_in(engine, CompartmentId<S>(vcpu.first), VcpuIndex<S>(vcpu.second));
  }
}

/// The frames that a call names or returns, its compartment and its vCPU are listed even if they are quiet.
void list_named(SmallState& state, const Rerun& rerun) {
  const auto list_compartment = [&state](uint64_t id) { state.compartments.emplace(id, state.compartment(id)); };
  if (is_about_caller(rerun.call)) { list_compartment(raw(rerun.arguments.caller)); }
  const uint64_t compartment = number(spec::name_inputs(rerun.call, rerun.constants).compartment());
  const auto list_vcpu = [&](uint64_t index) { state.vcpus.emplace(std::pair(compartment, index), VcpuRecord{}); };
  const auto& inputs = row_of(rerun.call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const uint64_t word = raw(rerun.arguments.words[i]);
    if (inputs[i].kind == bulkhead::Kind::pa && word >> address_bits == 0) { list(state, word >> page_shift); }
    if (inputs[i].kind == bulkhead::Kind::compartment && word >> 16U == 0) { list_compartment(word); }
    if (inputs[i].kind == bulkhead::Kind::vcpu && word >> VcpuIndex<C>::width == 0) { list_vcpu(word); }
  }
}

CallEnd ending_of(const Rerun& rerun) {
  if (rerun.step == nullptr) { return {Status::ok, {}, rerun.failed_belief}; }
  CallEnd ending{rerun.step->result.status, {}, ""};
  if (!rerun.step->succeeded()) { return ending; }
  for (size_t i = 0; i < row_of(rerun.call).outputs.size(); ++i) {
    ending.outputs.push_back(number(rerun.step->result.outputs.at(i)));
  }
  return ending;
}

CallMade call_of(const Rerun& rerun) {
  CallMade made;
  made.call = rerun.call;
  made.cpu = raw(rerun.cpu);
  made.caller = raw(rerun.arguments.caller);
  for (size_t i = 0; i < row_of(rerun.call).inputs.size(); ++i) {
    made.arguments.push_back(raw(rerun.arguments.words[i]));
  }
  made.engine = ending_of(rerun);
  for (const hw::Effect<S>& effect : rerun.effects.effects()) { made.effects.push_back(concrete_effect(effect)); }
  return made;
}

SmallState state_after(const Rerun& rerun, const CallMade& made) {
  SmallState after = rerun.state;
  // Where the host's tables lie follows from what a state lists, and a call may write to them.
  after.host.root = number(rerun.before.host_root);
  list_named(after, rerun);
  for (const hw::Effect<C>& effect : made.effects) { carry_out(after, effect); }
  if (rerun.step == nullptr) { return after; }
  take_records(after, rerun.step->after);
  for (const hw::Effect<C>& effect : made.effects) {
    if (effect.kind == Kind::msr) { after.vttbr[made.cpu] = raw(effect.value); }
  }
  return after;
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

/// The bits of the parts of a point, in the order of their names.
constexpr std::array<const char*, 8> part_names = {"frame", "index", "compartment", "page",
                                                   "level", "cpu",   "other_page",  "vcpu"};
std::array<SymBits, 8> bits_of(const Point& p) {
  return {p.frame.bits(), p.index.bits(), p.compartment.bits(), p.page.bits(),
          p.level.bits(), p.cpu.bits(),   p.other_page.bits(),  p.vcpu.bits()};
}

/// When a CPU may reach the frame of the point, or else one that the call overwrites.
std::optional<Window> window_at(const Step& step, const Point& p) {
  const Translator by{p.cpu, p.compartment, p.page};
  if (auto window = window_of(step, by, p.frame)) { return window; }
  for (const hw::Effect<S>& effect : step.effects) {
    if (effect.kind != Kind::fill && effect.kind != Kind::copy) { continue; }
    if (auto window = window_of(step, by, effect.frame)) { return window; }
  }
  return std::nullopt;
}

}  // namespace

Arguments<C> arguments_of(const CallMade& made) {
  Arguments<C> arguments{CompartmentId<C>(made.caller), {}};
  for (size_t i = 0; i < made.arguments.size(); ++i) { arguments.words.at(i) = Word<C>(made.arguments[i]); }
  return arguments;
}

std::vector<PointPart> parts_of(const Point& constants) {
  std::vector<PointPart> parts;
  const auto bits = bits_of(constants);
  for (size_t i = 0; i < bits.size(); ++i) { parts.push_back({part_names.at(i), bits.at(i).constant(), false}); }
  return parts;
}

Point point_of(const std::vector<PointPart>& parts) {
  const auto part = [&parts](const char* name) {
    const auto found = std::find_if(parts.begin(), parts.end(), [name](const PointPart& p) { return p.name == name; });
    return found == parts.end() ? 0 : found->number;
  };
  return {Frame<S>(part("frame")),     Index<S>(part("index")),   CompartmentId<S>(part("compartment")),
          Page<S>(part("page")),       Level<S>(part("level")),   Cpu<S>(part("cpu")),
          Page<S>(part("other_page")), VcpuIndex<S>(part("vcpu"))};
}

void mark_what_matters(std::vector<PointPart>& parts, Session& session, const SymBool& statement, const Point& any) {
  const auto bits = bits_of(any);
  for (size_t i = 0; i < parts.size(); ++i) {
    std::set<unsigned> seen;
    parts[i].matters = stands_in(session.expr(bits.at(i)), session.expr(statement), seen);
  }
}

std::vector<PathStep> path_of(const Rerun& rerun) {
  Mutator watching(rerun.fault.of_handler);
  Recorder<S> recorder;
  try {
    rerun.run(&watching, recorder);
  } catch (const Fault&) {}  // a belief failed: the path ends there
  std::vector<PathStep> path;
  for (const Event& event : watching.events()) {
    if (event.moment != Moment::decision || event.where.line == 0 || event.answers >= watching.answers().size()) {
      continue;
    }
    path.push_back({event.where.file, event.where.line, watching.answers()[event.answers]});
  }
  return path;
}

Counterexample explain(const Rerun& rerun, const Obligation& goal, const Point& point) {
  Counterexample cex;
  cex.goal = goal.name();
  cex.says = goal.text;
  cex.before = rerun.state;
  CallMade made = call_of(rerun);
  cex.after = state_after(rerun, made);
  cex.point = parts_of(point);
  const SpecStep spec = spec_step(rerun);
  made.spec = spec.ending;
  made.path = path_of(rerun);
  std::set<SmallState::Key> pages = {{number(point.compartment), number(point.page)}};
  const auto inputs = spec::name_inputs(rerun.call, rerun.constants);
  pages.insert({number(inputs.compartment()), number(inputs.page())});
  cex.wanted = spec_places(spec.after, cex.after, pages, {{number(point.frame), number(point.index)}});
  cex.made = std::move(made);
  if (goal.theorem == "exposure" && rerun.step != nullptr) { cex.window = window_at(*rerun.step, point); }
  return cex;
}

Counterexample explain_state(const SmallState& state, const Obligation& goal, const Point& point) {
  Counterexample cex;
  cex.goal = goal.name();
  cex.says = goal.text;
  cex.before = state;
  cex.after = state;
  cex.point = parts_of(point);
  const impl::Engine<S> engine = state.constants();
  cex.wanted =
      spec_places(abstract(engine, nullptr, state.sample_pages()), state,
                  {{number(point.compartment), number(point.page)}}, {{number(point.frame), number(point.index)}});
  return cex;
}

}  // namespace bulkhead::refine
