#pragma once

#include "impl/engine.hpp"
#include "model/result.hpp"

namespace bulkhead::impl {

/// Says which interface this is: 1.0.
template <ValueDomain D>
Result<D> version(Engine<D>& /*engine*/) {
  return Result<D>(Word<D>(0x00010000));
}

}  // namespace bulkhead::impl
