#pragma once

#include <vector>

#include "refine/query/facts.hpp"
#include "refine/query/options.hpp"
#include "refine/query/witness.hpp"
#include "refine/run.hpp"

/// What may be a witness, judged by running it: nothing here asks the solver.
namespace bulkhead::refine::query {

/// A call with arguments that are terms, or constants.
struct OpenCall {
  Call call{};
  Arguments<Symbolic> arguments;
};

/// A state, calls with constant arguments and a value for each name.
struct Trial {
  SmallState state;
  std::vector<Bound> names;
  std::vector<OpenCall> calls;
  Cpu<Symbolic> cpu;
};

/// The values that a model gives to a question's names, arguments and CPU.
Trial trial_of(const Expression& expression, const OpenScene& scene, const std::vector<OpenCall>& calls,
               Cpu<Symbolic> cpu, const ModelState& model);

/// Whether the expression holds of the state, and of the step that the spec or the engine makes of the calls; the
/// engine's one call is run in both domains, which must agree. Fills in the witness and gives nothing, or says why it
/// is none.
std::string judge(Stepper stepper, const Expression& expression, const Trial& trial, Witness& witness);

/// Tells the session of the pages at which something is mapped in a state, or of whose entries it speaks: they count
/// for every "some page".
void learn_pages(Session& session, const SmallState& state);

}  // namespace bulkhead::refine::query
