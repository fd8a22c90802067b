#pragma once

#include <functional>
#include <string>
#include <vector>

#include "refine/query/facts.hpp"
#include "refine/query/replay.hpp"

namespace bulkhead::refine::query {

/// One thing that the solver is asked: whether the expression can hold when these calls end like this.
struct Question {
  Session& session;
  const PreState& pre;
  const OpenScene& scene;
  SymBool condition;
  const Deed* deed;  ///< of the last call; none if the expression is about one state
  std::vector<OpenCall> calls;
  Cpu<Symbolic> cpu;
  std::string about;
};

/// Is given every question while its session is there.
using Pursue = std::function<void(const Question&)>;

/// How the last call of a step ends.
enum class Ending : uint8_t { success, refusal };

/// Asks whether a legal state satisfies an expression without a step.
void ask_state(Session& session, const Expression& expression, const Pursue& pursue);

/// Asks of the step that the spec makes of calls, all of which but the last succeed.
void ask_spec(Session& session, const Expression& expression, const std::vector<Call>& calls, Ending ending,
              const Pursue& pursue);

/// Asks of each path of the engine's handler of a call.
void ask_engine(Session& session, const Expression& expression, Call call, const Pursue& pursue);

}  // namespace bulkhead::refine::query
