#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/maintenance.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Takes a shared page away from the compartment; the frame and what it holds, what the compartment wrote included,
/// stay the host's.
template <ValueDomain D>
Result<D> shared_unmap(Engine<D>& engine, Word<D> cid, Ipa<D> ipa) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  if (!is_shared_page<D>(ipa)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  if (engine.compartments.state.get(id) == CompartmentState::free) { return Status::no_such; }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(id), page, leaf_level);
  if (!table) { return Status::no_table; }
  const Index<D> index = index_of(page, leaf_level);
  const Word<D> entry = load_entry(engine, *table, index);
  if (!entry_is_valid<D>(entry)) { return Status::not_mapped; }

  const Frame<D> frame = entry_frame<D>(entry);
  D::check(engine.frames.state.get(frame) == FrameState::host,
           "a page mapped in the shared half is a frame of the host");
  change_entry(engine, *table, index, invalid_entry<D>(IpaState::empty));
  invalidate_page(engine, id, page);
  clean_frame(engine, frame);
  engine.frames.owner.set(frame, CompartmentId<D>(0));
  return Result<D>(address_of(frame));
}

}  // namespace bulkhead::impl
