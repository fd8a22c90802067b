#include <fmt/format.h>

#include "refine/query/question.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;

/// The arguments of the n-th call, every register any value.
Arguments<S> any_arguments(Session& session, Call call, size_t n) {
  const auto any = [&](std::string_view name, unsigned width) {
    return session.apply(fmt::format("call{}.{}", n, name), {}, width);
  };
  Arguments<S> arguments;
  arguments.caller = CompartmentId<S>::from_bits(any("caller", CompartmentId<S>::width));
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    arguments.words.at(i) = Word<S>::from_bits(any(inputs[i].name, Word<S>::width));
  }
  return arguments;
}

/// Calls on an arbitrary legal state, as the spec carries them out.
class SpecRun {
 public:
  SpecRun(Session& session, const Expression& expression)
      : session_(session),
        pre_(session),
        scene_(session, pre_, expression),
        before_(abstract(pre_.engine(), &session)),
        after_(before_) {}

  void make(Call call, Ending ending) {
    deed_ = {};
    deed_.call = call;
    deed_.arguments = any_arguments(session_, call, calls_.size());
    calls_.push_back({call, deed_.arguments});
    const auto inputs = spec::name_inputs(call, deed_.arguments);
    note_page(call, inputs);
    const SymBool refused = weigh_refusals(inputs);
    happens_ = happens_ & (ending == Ending::refusal ? refused : !refused);
    if (ending == Ending::success) { succeed(inputs); }
  }

  void ask(const Expression& expression, const std::string& about, const Pursue& pursue) {
    const Deed* deed = calls_.empty() ? nullptr : &deed_;
    scene_.show(before_, after_, deed);
    const SymBool condition = evaluate(expression, scene_) & happens_ & scene_.names_are_values();
    pursue({session_, pre_, scene_, condition, deed, calls_, Cpu<S>(0), about});
  }

 private:
  void note_page(Call call, const spec::Inputs<S>& inputs) {
    for (const Parameter& in : row_of(call).inputs) {
      if (in.kind == Kind::ipa) { scene_.note_page(inputs.compartment(), inputs.page()); }
    }
  }
  /// Whether any failure condition holds; notes the status and the number of the first that does.
  SymBool weigh_refusals(const spec::Inputs<S>& inputs) {
    const auto& refusals = spec::rule_of<S>(deed_.call).refusals;
    SymBool any = false;
    for (size_t i = refusals.size(); i-- > 0;) {
      const SymBool holds = refusals[i].holds(after_, inputs);
      deed_.status = select(holds, Value<S, Status>(refusals[i].status), deed_.status);
      deed_.refusal = select(holds, Word<S>(i + 1), deed_.refusal);
      any = any | holds;
    }
    return any;
  }
  void succeed(const spec::Inputs<S>& inputs) {
    deed_.output = spec::rule_of<S>(deed_.call).effect(after_, inputs).outputs[0];
    deed_.status = Status::ok;
    deed_.refusal = Word<S>(0);
  }

  Session& session_;
  PreState pre_;
  OpenScene scene_;
  State before_;
  State after_;
  Deed deed_;
  std::vector<OpenCall> calls_;
  SymBool happens_ = true;
};

std::string story(const std::vector<Call>& calls, Ending ending) {
  std::string text;
  for (const Call call : calls) { text += fmt::format("{}{}", text.empty() ? "" : ", ", bulkhead::name_of(call)); }
  return text + (ending == Ending::refusal ? " refused" : "");
}

}  // namespace

void ask_state(Session& session, const Expression& expression, const Pursue& pursue) {
  session.begin({});
  SpecRun(session, expression).ask(expression, "a state", pursue);
}

void ask_spec(Session& session, const Expression& expression, const std::vector<Call>& calls, Ending ending,
              const Pursue& pursue) {
  session.begin({});
  SpecRun run(session, expression);
  for (size_t i = 0; i < calls.size(); ++i) { run.make(calls[i], i + 1 == calls.size() ? ending : Ending::success); }
  run.ask(expression, story(calls, ending), pursue);
}

}  // namespace bulkhead::refine::query
