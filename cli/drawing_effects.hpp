#pragma once

#include "cli/drawing.hpp"
#include "cli/drawing_names.hpp"
#include "refine/view.hpp"

namespace bulkhead::cli {

/// A machine on which the effects of a call are carried out one by one.
struct Played {
  const refine::Counterexample& cex;
  const DrawingNames& names;
  refine::ConcreteEngine& machine;
};

/// What an effect will do to the machine as it is just before.
DrawnEffect effect_words(const hw::Effect<Concrete>& effect, const Played& played);

}  // namespace bulkhead::cli
