#include <fmt/format.h>

#include "refine/goal_facts.hpp"
#include "refine/paths.hpp"
#include "refine/query/question.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;

/// What the spec calls the number of the refusal that the engine's status stands for.
Word<S> refusal_of(const Step& step) {
  Word<S> number(0);
  if (step.succeeded()) { return number; }
  const std::vector<SymBool> first = first_refusals(step, step.rule->refusals.size());
  for (size_t i = 0; i < first.size(); ++i) { number = select(first[i], Word<S>(i + 1), number); }
  return number;
}

Deed deed_of(const Step& step) {
  Deed deed;
  deed.call = step.call;
  deed.arguments = step.arguments;
  deed.status = step.result.status;
  deed.refusal = refusal_of(step);
  deed.output = step.result.outputs[0];
  return deed;
}

void ask_path(Session& session, const Expression& expression, Call call, const Pursue& pursue) {
  const Path path(session, call);
  OpenScene scene(session, path.pre, expression);
  scene.note_page(path.step->inputs.compartment(), path.step->inputs.page());
  relate_witnesses(session, path);
  const Deed deed = deed_of(*path.step);
  const State after = abstract(path.step->after, &session);
  scene.show(path.step->spec_before, after, &deed, path.step.get());
  const SymBool condition = evaluate(expression, scene) & scene.names_are_values();
  const std::string about = fmt::format("{} {}", bulkhead::name_of(call), bulkhead::name_of(path.step->result.status));
  pursue({session, path.pre, scene, condition, &deed, {{call, path.arguments}}, path.cpu, about});
}

}  // namespace

void ask_engine(Session& session, const Expression& expression, Call call, const Pursue& pursue) {
  for_each_path(session, [&] { ask_path(session, expression, call, pursue); });
}

}  // namespace bulkhead::refine::query
