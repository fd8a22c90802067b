#include "refine/path.hpp"

namespace bulkhead::refine {
namespace {

/// The host's tables matter for the frames that a call is given.
void assume_host_maps(const PreState& pre, Call call, const Arguments<Symbolic>& arguments) {
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind == Kind::pa) { pre.assume_host_map(frame_of(widen<Pa<Symbolic>>(arguments.words[i]))); }
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
  applications = session.applications().size();
}

}  // namespace bulkhead::refine
