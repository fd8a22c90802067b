#include "refine/query/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/constants.hpp"
#include "refine/explain.hpp"
#include "refine/exposure.hpp"
#include "refine/query/retrial.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;
using C = Concrete;
using Pages = std::vector<uint64_t>;

/// A scene of constants: everything it is asked has a value.
class ClosedScene : public Scene {
 public:
  ClosedScene(const State& before, const State& after, const Deed* deed, const std::vector<Bound>& names,
              const Pages& pages, const Step* step = nullptr)
      : before_(before), after_(after), deed_(deed), names_(names), pages_(pages), step_(step) {}

  const State& state(Moment moment) const override { return moment == Moment::after ? after_ : before_; }
  const Deed& deed() const override { return *deed_; }
  SymBits value_of(const std::string& name) const override {
    const auto found = std::find_if(names_.begin(), names_.end(), [&](const Bound& b) { return b.name == name; });
    return S::constant(found->value, width_of(found->sort));
  }
  SymBool some_page(const AtPage& holds_at) const override {
    return std::any_of(pages_.begin(), pages_.end(), [&](uint64_t page) { return holds_at(Page<S>(page)).is_true(); });
  }
  SymBool can_translate(CompartmentId<S> compartment, Page<S> page, Frame<S> frame) const override {
    return is_translated_elsewhere(*step_, compartment, page, frame);
  }
  void note_reach(CompartmentId<S>, Frame<S>) const override {}
  void note_page(CompartmentId<S>, Page<S>) const override {}

 private:
  const State& before_;
  const State& after_;
  const Deed* deed_;
  const std::vector<Bound>& names_;
  const Pages& pages_;
  const Step* step_;
};

/// Pages that show all that any table maps, and those that the calls name.
std::shared_ptr<const Pages> pages_of(const SmallState& state, const std::vector<OpenCall>& calls) {
  auto pages = std::make_shared<Pages>(*state.sample_pages());
  for (const OpenCall& open : calls) { pages->push_back(number(spec::name_inputs(open.call, open.arguments).page())); }
  return pages;
}

/// Which failure condition comes first in a state of constants, from 1; 0 if none holds.
uint64_t number_of_refusal(const State& state, const Deed& deed) {
  const auto& rule = spec::rule_of<S>(deed.call);
  const size_t first = spec::first_refusal(rule, state, spec::name_inputs(deed.call, deed.arguments));
  return first < rule.refusals.size() ? first + 1 : 0;
}

/// What the spec makes of a call on a state of constants.
void carry_out(State& state, Deed& deed) {
  const auto& rule = spec::rule_of<S>(deed.call);
  const uint64_t refusal = number_of_refusal(state, deed);
  deed.refusal = Word<S>(refusal);
  deed.status = refusal == 0 ? Status::ok : rule.refusals[refusal - 1].status;
  if (refusal != 0) { return; }
  deed.output = rule.effect(state, spec::name_inputs(deed.call, deed.arguments)).outputs[0];
}

Made made_of(const Deed& deed) {
  return {deed.call, concrete(deed.arguments), static_cast<Status>(number(deed.status)), number(deed.refusal),
          number(deed.output)};
}

constexpr const char* not_reproduced = "a model does not reproduce on its state";

/// The goal that a witness would refute: that there is none. Its name is given later.
Obligation goal_of(const Expression& expression) {
  Obligation goal;
  goal.text = expression.text;
  return goal;
}

void tell_state(Witness& witness, const Expression& expression, const SmallState& state) {
  witness.story = explain_state(state, goal_of(expression), {});
}

/// The engine's step, where it is what the witness says.
void tell_step(Witness& witness, const Expression& expression, const Rerun& rerun) {
  const bool agrees = rerun.step != nullptr && rerun.step->result.status == witness.calls.back().status;
  if (!agrees) { return tell_state(witness, expression, rerun.state); }
  witness.story = explain(rerun, goal_of(expression), {});
}

/// The functions of an expression, those inside others first, each once.
void tell_values(Witness& witness, const Node& node, const Scene& scene) {
  for (const Node& child : node.children) { tell_values(witness, child, scene); }
  if (node.kind != Node::Kind::function) { return; }
  const std::string term = as_written(node);
  const auto is_told = [&term](const Told& told) { return told.term == term; };
  if (std::any_of(witness.values.begin(), witness.values.end(), is_told)) { return; }
  if (const auto bits = value_of(node, scene)) {
    witness.values.push_back({term, written(*node.sort, bits->constant())});
  }
}

Deed deed_of(const OpenCall& open) {
  Deed deed;
  deed.call = open.call;
  deed.arguments = open.arguments;
  return deed;
}

std::string judge_by_spec(const Expression& expression, const Trial& trial, Witness& witness) {
  const auto pages = pages_of(trial.state, trial.calls);
  const impl::Engine<S> engine = trial.state.constants();
  const State before = abstract(engine, nullptr, pages);
  State after = before;
  Deed deed;
  for (const OpenCall& open : trial.calls) {
    if (number(deed.refusal) != 0) { return "a call before the last is refused"; }
    deed = deed_of(open);
    carry_out(after, deed);
    witness.calls.push_back(made_of(deed));
  }
  const ClosedScene closed(before, after, trial.calls.empty() ? nullptr : &deed, trial.names, *pages);
  if (!evaluate(expression, closed).is_true()) { return not_reproduced; }
  tell_values(witness, expression.root, closed);
  if (trial.calls.size() == 1) {
    tell_step(witness, expression, Rerun(trial.state, deed.call, trial.cpu, deed.arguments));
  } else {
    tell_state(witness, expression, trial.state);
  }
  return "";
}

std::string judge_by_engine(const Expression& expression, const Trial& trial, Witness& witness) {
  Deed deed = deed_of(trial.calls.front());
  const Rerun rerun(trial.state, deed.call, trial.cpu, deed.arguments);
  if (rerun.step == nullptr) { return "the engine fails: " + rerun.failed_belief; }
  if (std::string difference = rerun.difference_from_concrete(); !difference.empty()) { return difference; }
  const auto pages = pages_of(trial.state, trial.calls);
  const State before = abstract(rerun.before, nullptr, pages);
  const State after = abstract(rerun.step->after, nullptr, pages);
  deed.status = rerun.step->result.status;
  deed.output = rerun.step->result.outputs[0];
  deed.refusal = Word<S>(rerun.step->succeeded() ? 0 : number_of_refusal(before, deed));
  witness.calls = {made_of(deed)};
  const ClosedScene closed(before, after, &deed, trial.names, *pages, rerun.step.get());
  if (!evaluate(expression, closed).is_true()) { return not_reproduced; }
  tell_values(witness, expression.root, closed);
  tell_step(witness, expression, rerun);
  return "";
}

}  // namespace

Trial trial_of(const Expression& expression, const OpenScene& scene, const std::vector<OpenCall>& calls, Cpu<S> cpu,
               const ModelState& model) {
  Trial trial{model.small(), {}, {}, constant_of(model, cpu)};
  for (const auto& [name, sort] : expression.names) {
    trial.names.push_back({name, sort, model.evaluate(scene.names().at(name))});
  }
  for (const OpenCall& open : calls) { trial.calls.push_back({open.call, constants_of(model, open.arguments)}); }
  return trial;
}

std::string judge(Stepper stepper, const Expression& expression, const Trial& trial, Witness& witness) {
  witness = {};
  witness.names = trial.names;
  const bool by_engine = stepper == Stepper::engine && !trial.calls.empty();
  std::string why = by_engine ? judge_by_engine(expression, trial, witness) : judge_by_spec(expression, trial, witness);
  if (why.empty()) { tell_names(witness.story, stepper, trial.names); }
  return why;
}

void learn_pages(Session& session, const SmallState& state) {
  const impl::Engine<S> engine = state.constants();
  const auto pages = state.sample_pages();
  const State means = abstract(engine, nullptr, pages);
  const auto note = [&session](uint64_t page) { session.note_page(SymBits::of_constant(page, Page<S>::width)); };
  for (const uint64_t page : *pages) {
    for (const auto& [id, record] : state.compartments) {
      const auto access = means.translations.access.get(CompartmentId<S>(id), Page<S>(page));
      if (!(access == Access::none).is_true()) { note(page); }
    }
  }
  // Where the model says of single entries what a run would not have there.
  for (const auto& [place, word] : state.words) {
    const FrameRecord table = state.frame(place.first);
    if (!table.is_table() || table.level < 2) { continue; }
    note((table.base + (place.second << span_shift(static_cast<unsigned>(table.level)))) & low_mask(Page<S>::width));
  }
}

}  // namespace bulkhead::refine::query
