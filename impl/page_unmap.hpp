#pragma once

#include "impl/arguments.hpp"
#include "impl/frames.hpp"
#include "impl/host.hpp"
#include "impl/maintenance.hpp"
#include "impl/tables.hpp"

namespace bulkhead::impl {

/// Takes a private page away and zeroes it. The IPA remembers that its content is lost, unless the
/// compartment never runs again.
template <ValueDomain D>
Result<D> page_unmap(Engine<D>& engine, Word<D> cid, Ipa<D> ipa) {
  if (!is_compartment_id<D>(cid)) { return Status::bad_argument; }
  if (!is_private_page<D>(ipa)) { return Status::bad_address; }
  const auto id = truncate<CompartmentId<D>>(cid);
  const auto life = engine.compartments.state.get(id);
  if (life == CompartmentState::free) { return Status::no_such; }
  const Page<D> page = page_of(ipa);
  const auto table = find_table(engine, engine.compartments.root.get(id), page, leaf_level);
  if (!table) { return Status::no_table; }
  const Index<D> index = index_of(page, leaf_level);
  const Word<D> entry = load_entry(engine, *table, index);
  if (!entry_is_valid<D>(entry)) { return Status::not_mapped; }

  const Frame<D> frame = entry_frame<D>(entry);
  change_entry(engine, *table, index,
               select(life == CompartmentState::stopping, invalid_entry<D>(IpaState::empty),
                      invalid_entry<D>(IpaState::destroyed)));
  invalidate_page(engine, id, page);
  end_sharing(engine, frame);
  make_spare(engine, frame, FrameState::data);
  return Result<D>(address_of(frame));
}

}  // namespace bulkhead::impl
