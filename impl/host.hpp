#pragma once

#include "impl/maintenance.hpp"
#include "impl/tables.hpp"

/// The host's own stage-2: an identity map whose level-3 entry of a RAM frame is valid exactly when
/// the host may access the frame. Its tables are made at boot and stay.
namespace bulkhead::impl {

/// The page at which the host finds a frame: its own address.
template <ValueDomain D>
Page<D> host_page(Frame<D> frame) {
  return widen<Page<D>>(frame);
}

/// The level-3 table of the host that serves a page of RAM.
template <ValueDomain D>
Frame<D> host_table(Engine<D>& engine, Page<D> page) {
  Frame<D> table = engine.host_root;
  for (unsigned at = 0; at < leaf_level; ++at) {
    const Word<D> entry = load_entry(engine, table, index_of(page, at));
    D::check(entry_is_valid<D>(entry), "the host's tables reach every RAM frame");
    table = entry_frame<D>(entry);
  }
  return table;
}

/// Changes the host's level-3 entry of a RAM frame, and waits until every table walk sees that.
template <ValueDomain D>
void change_host_entry(Engine<D>& engine, Frame<D> frame, Word<D> entry) {
  const Page<D> page = host_page<D>(frame);
  change_entry(engine, host_table(engine, page), index_of(page, leaf_level), entry);
}

/// Takes a data frame away from the host, if its compartment shares it.
template <ValueDomain D>
void end_sharing(Engine<D>& engine, Frame<D> frame) {
  const auto state = engine.frames.state.get(frame);
  if (state == FrameState::data) { return; }
  D::check(state == FrameState::shared_data, "a frame that is no longer shared with the host was a compartment's data");
  change_host_entry(engine, frame, invalid_entry<D>(IpaState::empty));
  invalidate_host_page(engine, host_page<D>(frame));
  engine.frames.state.set(frame, FrameState::data);
}

}  // namespace bulkhead::impl
