#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/maintenance.hpp"
#include "impl/tables.hpp"
#include "impl/vcpus.hpp"

namespace bulkhead::impl {

/// Ends a compartment that has nothing left; its id is free again.
template <ValueDomain D>
Result<D> compartment_destroy(Engine<D>& engine, Word<D> cid) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  if (life != CompartmentState::stopping) { return Status::bad_state; }
  const Frame<D> root = engine.compartments.root.get(id);
  if (has_any_vcpu(engine, id) | any_entry(engine, root, entry_is_valid<D>)) { return Status::not_empty; }

  invalidate_all(engine, id);
  make_spare(engine, root, FrameState::root);
  engine.compartments.state.set(id, CompartmentState::free);
  return Status::ok;
}

}  // namespace bulkhead::impl
