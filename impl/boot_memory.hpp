#pragma once

#include "impl/descriptor.hpp"
#include "impl/host_layout.hpp"
#include "model/platform.hpp"

/// What memory holds when the engine has booted, as one function.
namespace bulkhead::impl {

/// The level-1 entry of a GiB: a table if it is fine, otherwise a block of devices.
template <ValueDomain D>
Word<D> gib_at_boot(const HostLayout<D>& layout, Gib<D> gib) {
  const Frame<D> first = widen<Frame<D>>(gib) << span_shift(1);
  return select(layout.fine.get(gib) == Flag::yes, table_entry<D>(layout.level2(gib)), host_device_block<D>(first));
}

/// The host's level-3 entry of a frame: valid exactly when the host may access it.
template <ValueDomain D>
Word<D> page_at_boot(const Platform<D>& platform, Frame<D> frame) {
  const auto state = platform.state_at_boot(frame);
  return select(state == FrameState::host, host_ram_entry<D>(frame),
                select(state == FrameState::device, host_device_entry<D>(frame), invalid_entry<D>(IpaState::empty)));
}

/// A word of a frame that holds no table: what the host finds there is its own, all else is zero.
template <ValueDomain D, class Content>
Word<D> plain_word_at_boot(const Platform<D>& platform, const Content& content, Frame<D> frame, Index<D> index) {
  const auto state = platform.state_at_boot(frame);
  const auto accessible = (state == FrameState::host) | (state == FrameState::device);
  return select(accessible, content(frame, index), Word<D>(0));
}

/// Any word of memory. `content(frame, index)` is what the host finds in its own frames.
template <ValueDomain D, class Content>
Word<D> word_at_boot(const HostLayout<D>& layout, const Platform<D>& platform, const Content& content, Frame<D> frame,
                     Index<D> index) {
  const auto kind = layout.kind_of(frame);
  const Region<D> key = layout.key_of(frame);
  // What the entry translates: the table's key followed by the index.
  const Gib<D> gib = (truncate<Gib<D>>(key) << index_bits) | widen<Gib<D>>(index);
  const Region<D> region = (key << index_bits) | widen<Region<D>>(index);
  const Frame<D> mapped = (widen<Frame<D>>(key) << index_bits) | widen<Frame<D>>(index);

  const Word<D> upper = select(kind == HostTable::root, table_entry<D>(layout.level1(index)), gib_at_boot(layout, gib));
  const Word<D> lower =
      select(kind == HostTable::level2, table_entry<D>(layout.level3(region)), page_at_boot(platform, mapped));
  const Word<D> entry = select((kind == HostTable::root) | (kind == HostTable::level1), upper, lower);
  return select(kind == HostTable::none, plain_word_at_boot(platform, content, frame, index), entry);
}

}  // namespace bulkhead::impl
