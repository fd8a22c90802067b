#pragma once

#include <memory>

#include "refine/model_state.hpp"
#include "refine/step.hpp"

namespace bulkhead::refine {

/// Writes down effects in order.
template <ValueDomain D>
class Recorder : public hw::Observer<D> {
 public:
  void on_effect(const hw::Effect<D>& effect, const hw::Hardware<D>& /*hardware*/) override {
    effects_.push_back(effect);
  }
  const std::vector<hw::Effect<D>>& effects() const { return effects_; }

 private:
  std::vector<hw::Effect<D>> effects_;
};

/// Arbitrary arguments of a call: every register any value, whoever calls.
Arguments<Symbolic> arbitrary_arguments(Session& session, Call call);

/// Runs a call on the engine in the symbolic domain; the spec's state is still that before the call. `before` and
/// `host` must outlive the step. Without a session the state is one of constants, and `samples` are its pages.
/// A `mutator` sees the engine run, and nothing else.
std::unique_ptr<Step> run_engine(const impl::Engine<Symbolic>& before, const HostTables<Symbolic>& host, Call call,
                                 Cpu<Symbolic> cpu, const Arguments<Symbolic>& arguments, Session* session,
                                 const std::shared_ptr<const std::vector<uint64_t>>& samples,
                                 Recorder<Symbolic>& recorder, Mutator* mutator = nullptr);
/// Carries out what the rule says of a call that the engine did not refuse.
void apply_rule(Step& step);

/// Something wrong that is put into a call: in its handler, or in what the spec says of it.
struct CallFault {
  std::optional<Mutation> of_handler = {};
  const spec::Rule<Symbolic>* rule = nullptr;  ///< instead of the right one
};

/// The same call on the same state in both domains: what a counterexample or a witness of a path comes to.
struct Rerun {
  Call call;
  SmallState state;
  impl::Engine<Symbolic> before;
  HostTables<Symbolic> host;
  std::shared_ptr<const std::vector<uint64_t>> samples;
  Arguments<Symbolic> constants;
  Cpu<Symbolic> constant_cpu;
  Arguments<Concrete> arguments;
  Cpu<Concrete> cpu;
  std::unique_ptr<Step> step;  ///< null if a belief of the engine failed
  std::string failed_belief;
  Recorder<Symbolic> effects;
  CallFault fault;

  /// CPU and arguments are constants.
  Rerun(SmallState state, Call call, Cpu<Symbolic> cpu, const Arguments<Symbolic>& arguments,
        const CallFault& fault = {});
  /// From the state of a model, with the values that it gives.
  Rerun(const ModelState& model, Call call, Cpu<Symbolic> cpu, const Arguments<Symbolic>& arguments,
        const CallFault& fault = {});
  Rerun(const Rerun&) = delete;
  Rerun& operator=(const Rerun&) = delete;

  /// The rule that holds for it.
  const spec::Rule<Symbolic>& rule() const;
  /// The call once more, seen by a mutator. Throws `Fault` if a belief fails.
  std::unique_ptr<Step> run(Mutator* mutator, Recorder<Symbolic>& recorder) const;
  /// How the concrete engine, run on the same state, differs from this run; empty if it does not.
  std::string difference_from_concrete() const;
};

/// A value, and the arguments of a call, as the model has them.
template <class Tag>
Value<Symbolic, Tag> constant_of(const ModelState& state, const Value<Symbolic, Tag>& value) {
  return Value<Symbolic, Tag>(state.evaluate(value.bits()));
}
Arguments<Symbolic> constants_of(const ModelState& state, const Arguments<Symbolic>& any);
/// The point in the model.
Point evaluate_point(const ModelState& state, const Point& point);

}  // namespace bulkhead::refine
