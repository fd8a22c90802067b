#pragma once

#include "impl/arguments.hpp"

namespace bulkhead::impl {

/// Begins the running down of a compartment; it never runs again.
template <ValueDomain D>
Result<D> compartment_stop(Engine<D>& engine, Word<D> cid) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life == CompartmentState::stopping) { return Status::bad_state; }

  engine.compartments.state.set(id, CompartmentState::stopping);
  return Status::ok;
}

}  // namespace bulkhead::impl
