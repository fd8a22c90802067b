#pragma once

#include "hw/descriptor.hpp"

/// The exact words that invariants and the abstraction expect in tables, built from hardware's own
/// field table and never from the engine's encoding; and what frames and tables mean in every domain.
namespace bulkhead::refine {

template <class F>
constexpr uint64_t encode(uint64_t value) {
  return (value * (F::mask & (~F::mask + 1))) & F::mask;
}

inline constexpr uint64_t table_bits = encode<hw::s2::Type>(0b11);
inline constexpr uint64_t normal_page_bits = encode<hw::s2::Type>(0b11) | encode<hw::s2::MemAttr>(0b1111) |
                                             encode<hw::s2::S2AP>(0b01) | encode<hw::s2::SH>(0b11) |
                                             encode<hw::s2::AF>(1);
inline constexpr uint64_t writable_page_bits = normal_page_bits | encode<hw::s2::S2AP>(0b11);
inline constexpr uint64_t block_without = encode<hw::s2::Type>(0b10);  ///< what a page has and a block has not
inline constexpr uint64_t device_bits =
    encode<hw::s2::MemAttr>(0b0001) | encode<hw::s2::S2AP>(0b11) | encode<hw::s2::AF>(1) | encode<hw::s2::XN>(0b10);
inline constexpr uint64_t device_page_bits = device_bits | encode<hw::s2::Type>(0b11);
inline constexpr uint64_t device_block_bits = device_bits | encode<hw::s2::Type>(0b01);

/// The descriptor with that output frame and those other bits.
template <ValueDomain D>
Word<D> descriptor_to(Frame<D> frame, uint64_t bits) {
  return (widen<Word<D>>(frame) << page_shift) | Word<D>(bits);
}

/// The IPA state that an entry without a mapping keeps in bits [3:2].
template <ValueDomain D>
Value<D, IpaState> ipa_state_of(Word<D> entry) {
  return extract<Value<D, IpaState>, 3, 2>(entry);
}

/// Whether an entry without a mapping is the exact word of an IPA state.
template <ValueDomain D>
typename D::Bool is_ipa_state_word(Word<D> entry) {
  const auto word = [](IpaState state) { return Word<D>(static_cast<uint64_t>(state) << 2); };
  return (entry == word(IpaState::empty)) | (entry == word(IpaState::ram)) | (entry == word(IpaState::destroyed));
}

/// Whether a frame is private memory of a compartment, which it may share with the host.
template <ValueDomain D>
typename D::Bool is_data(Value<D, FrameState> state) {
  return (state == FrameState::data) | (state == FrameState::shared_data);
}

/// Whether the host reads and writes a frame of RAM: its own, or what a compartment shares with it.
template <ValueDomain D>
typename D::Bool is_hosts_ram(Value<D, FrameState> state) {
  return (state == FrameState::host) | (state == FrameState::shared_data);
}

/// Whether what a frame holds means something: for host, spare, data, vCPU and device frames.
template <ValueDomain D>
typename D::Bool has_content(Value<D, FrameState> state) {
  return (state == FrameState::host) | (state == FrameState::spare) | is_data<D>(state) | (state == FrameState::vcpu) |
         (state == FrameState::device);
}

/// `pick(level)` for a level known only to the domain.
template <ValueDomain D, class Pick>
auto by_level(Level<D> level, const Pick& pick) {
  return select(level == Level<D>(0), pick(0U),
                select(level == Level<D>(1), pick(1U), select(level == Level<D>(2), pick(2U), pick(3U))));
}

/// The pages that one table of the level translates, as a mask of page-number bits.
template <ValueDomain D>
Page<D> table_mask(Level<D> level) {
  return by_level<D>(level, [](unsigned l) { return Page<D>(low_mask(span_shift(l) + index_bits)); });
}

/// The first page that an entry translates, relative to its table's.
template <ValueDomain D>
Page<D> entry_offset(Level<D> level, Index<D> index) {
  return by_level<D>(level, [index](unsigned l) { return widen<Page<D>>(index) << span_shift(l); });
}

/// The bits of a page number within what one entry of a table of the level spans.
template <ValueDomain D>
Page<D> entry_mask(Level<D> level) {
  return by_level<D>(level, [](unsigned l) { return Page<D>(span_mask(l)); });
}

/// Where a page falls within a table of the level.
template <ValueDomain D>
Index<D> entry_index(Level<D> level, Page<D> page) {
  return by_level<D>(level, [page](unsigned l) { return hw::index_at<D>(page, l); });
}

}  // namespace bulkhead::refine
