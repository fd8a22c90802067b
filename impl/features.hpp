#pragma once

#include "impl/engine.hpp"
#include "model/result.hpp"

namespace bulkhead::impl {

/// Says what this engine implements: memory isolation.
template <ValueDomain D>
Result<D> features(Engine<D>& /*engine*/) {
  return Result<D>(Word<D>(1));
}

}  // namespace bulkhead::impl
