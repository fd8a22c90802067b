#pragma once

#include "spec/rule.hpp"

namespace bulkhead::spec {

/// Says which interface this is: 1.0.
template <ValueDomain D>
Rule<D> version() {
  return {
      .refusals = {},
      .effect_text = "version is 0x10000",
      .effect = [](State<D>&, const Inputs<D>&) -> Result<D> { return Result<D>(Word<D>(0x00010000)); },
      .footprint = {},
  };
}

}  // namespace bulkhead::spec
