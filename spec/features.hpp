#pragma once

#include "spec/rule.hpp"

namespace bulkhead::spec {

/// Says what the engine implements: memory isolation.
template <ValueDomain D>
Rule<D> features() {
  return {
      .refusals = {},
      .effect_text = "features is 1",
      .effect = [](State<D>&, const Inputs<D>&) -> Result<D> { return Result<D>(Word<D>(1)); },
      .footprint = {},
  };
}

}  // namespace bulkhead::spec
