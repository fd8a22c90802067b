#include "refine/path.hpp"

#include "hw/descriptor.hpp"

namespace bulkhead::refine {
namespace {

/// The host's tables matter for the frames that a call is given.
void assume_host_maps(const PreState& pre, Call call, const Arguments<Symbolic>& arguments) {
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind == Kind::pa) { pre.assume_host_map(frame_of(widen<Pa<Symbolic>>(arguments.words[i]))); }
  }
}

/// And for the frame that a call finds in a compartment's tables, if it goes on to those of the host. What is assumed
/// is true of every frame: to miss the one that matters would only leave a goal without proof.
void assume_host_map_of_found(const PreState& pre, const std::vector<hw::Effect<Symbolic>>& effects) {
  const hw::Effect<Symbolic>* found = nullptr;
  for (const hw::Effect<Symbolic>& effect : effects) {
    if (effect.kind != hw::EffectKind::load) { continue; }
    const bool goes_on = same(effect.frame.bits(), pre.engine().host_root.bits());
    if (goes_on && found != nullptr) { pre.assume_host_map(hw::output_frame<Symbolic>(found->value)); }
    found = &effect;
  }
}

}  // namespace

Path::Path(Session& session, Call which, Mutator* mutator)
    : call(which),
      pre(session),
      point(Point::arbitrary(session)),
      cpu(Cpu<Symbolic>::from_bits(session.apply("argument.cpu", {}, Cpu<Symbolic>::width))),
      arguments(arbitrary_arguments(session, which)) {
  assume_host_maps(pre, call, arguments);
  Recorder<Symbolic> effects;
  step = run_engine(pre.engine(), pre.host(), call, cpu, arguments, &session, nullptr, effects, mutator);
  assume_host_map_of_found(pre, effects.effects());
  applications = session.applications().size();
}

}  // namespace bulkhead::refine
