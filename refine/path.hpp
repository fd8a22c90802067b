#pragma once

#include <memory>
#include <string>
#include <vector>

#include "refine/legal_search.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// One path of a handler from an arbitrary legal state, along the choices that the session was told: what was run, and
/// what was found on it since.
struct Path {
  /// Runs the engine. The spec's state is still that before the call.
  Path(Session& session, Call call, Mutator* mutator = nullptr);

  Call call;
  PreState pre;
  Point point;
  Cpu<Symbolic> cpu;
  Arguments<Symbolic> arguments;
  std::unique_ptr<Step> step;
  std::string name;
  Search witness;               ///< for a legal state that takes it
  size_t applications = 0;      ///< how many the path itself made
  std::vector<SymBool> states;  ///< legal states found on it: what each says of those applications
};

}  // namespace bulkhead::refine
