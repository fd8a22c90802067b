#pragma once

#include <optional>

#include "impl/descriptor.hpp"
#include "impl/engine.hpp"

/// Translation tables as the engine walks and changes them.
namespace bulkhead::impl {

/// Where a page falls within a table of the level.
template <ValueDomain D>
Index<D> index_of(Page<D> page, unsigned level) {
  return truncate<Index<D>>(page >> span_shift(level));
}

/// Whether the engine believes a frame to hold a table: a compartment's, or one of the host's, which
/// lie in the engine's own memory.
template <ValueDomain D>
typename D::Bool holds_table(const Engine<D>& engine, Frame<D> frame) {
  const auto state = engine.frames.state.get(frame);
  return (state == FrameState::root) | (state == FrameState::table) | (state == FrameState::engine);
}

template <ValueDomain D>
Word<D> load_entry(Engine<D>& engine, Frame<D> table, Index<D> index) {
  D::check(holds_table(engine, table), "a table entry is read from a frame that is a table");
  return engine.hardware.load(table, index);
}

template <ValueDomain D>
void store_entry(Engine<D>& engine, Frame<D> table, Index<D> index, Word<D> entry) {
  D::check(holds_table(engine, table), "a table entry is written to a frame that is a table");
  engine.hardware.store(table, index, entry);
}

/// Writes an entry that becomes valid, or no longer is, and waits until every table walk sees that.
template <ValueDomain D>
void change_entry(Engine<D>& engine, Frame<D> table, Index<D> index, Word<D> entry) {
  store_entry(engine, table, index, entry);
  engine.hardware.dsb(hw::Barrier::ishst);
}

/// Whether some entry of the table, or entry and index, satisfies the predicate.
template <ValueDomain D, class Predicate>
typename D::Bool any_entry(Engine<D>& engine, Frame<D> table, const Predicate& predicate) {
  D::check(holds_table(engine, table), "a table is searched in a frame that is a table");
  return engine.hardware.any(table, predicate);
}

/// The table of `level` that serves the page, walking down from the root; none if the walk ends
/// before, at an entry that is invalid or a block.
template <ValueDomain D>
std::optional<Frame<D>> find_table(Engine<D>& engine, Frame<D> root, Page<D> page, unsigned level) {
  Frame<D> table = root;
  for (unsigned at = 0; at < level; ++at) {
    const Word<D> entry = load_entry(engine, table, index_of(page, at));
    if (!entry_links_table<D>(entry)) { return std::nullopt; }
    table = entry_frame<D>(entry);
  }
  return table;
}

/// Where an entry stands.
template <ValueDomain D>
struct EntryPlace {
  Frame<D> table;
  Index<D> index;
};

/// Records that a frame is a compartment's table, hanging from the entry.
template <ValueDomain D>
void record_table(Engine<D>& engine, Frame<D> frame, CompartmentId<D> id, unsigned level, Page<D> base,
                  const EntryPlace<D>& parent) {
  engine.frames.state.set(frame, FrameState::table);
  engine.frames.owner.set(frame, id);
  engine.frames.level.set(frame, Level<D>(level));
  engine.frames.base.set(frame, base);
  engine.frames.parent_table.set(frame, parent.table);
  engine.frames.parent_index.set(frame, parent.index);
}

}  // namespace bulkhead::impl
