#pragma once

#include "impl/arguments.hpp"

namespace bulkhead::impl {

/// Ends the building of a compartment; from now on it may run.
template <ValueDomain D>
Result<D> compartment_activate(Engine<D>& engine, Word<D> cid) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life != CompartmentState::created) { return Status::bad_state; }

  engine.compartments.state.set(id, CompartmentState::active);
  return Status::ok;
}

}  // namespace bulkhead::impl
