#pragma once

#include <vector>

#include "refine/query/facts.hpp"
#include "refine/query/witness.hpp"
#include "refine/run.hpp"

/// A model of the solver, judged by running it: nothing here asks the solver.
namespace bulkhead::refine::query {

/// What an open question made of its calls, as terms.
struct OpenCall {
  Call call{};
  Arguments<Symbolic> arguments;
};

/// Judges a legal state: whether the expression holds of it, and of the step that the spec makes of the calls. Fills in
/// the witness and gives nothing, or says why it is none. May tell the session what the state shows that it did not
/// consider.
std::string judge_by_spec(const Expression& expression, const OpenScene& scene, Session& session,
                          const ModelState& state, const std::vector<OpenCall>& calls, Witness& witness);

/// The same of the step that the engine makes of one call: run in both domains, which must agree.
std::string judge_by_engine(const Expression& expression, const OpenScene& scene, Session& session,
                            const ModelState& state, Cpu<Symbolic> cpu, const OpenCall& call, Witness& witness);

}  // namespace bulkhead::refine::query
