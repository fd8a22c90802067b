#pragma once

#include "model/domain.hpp"

/// How the engine writes stage-2 descriptors (DDI 0487 D8.3.2; 4 KiB granule) and reads its own
/// back. Hardware's reading is in hw/descriptor.hpp, on purpose apart.
namespace bulkhead::impl {

inline constexpr uint64_t entry_valid = 1U << 0;
inline constexpr uint64_t entry_table_or_page = 1U << 1;
inline constexpr uint64_t memattr_normal_write_back = 0b1111U << 2;
inline constexpr uint64_t memattr_device_ngnre = 0b0001U << 2;
inline constexpr uint64_t s2ap_read = 1U << 6;
inline constexpr uint64_t s2ap_write = 1U << 7;
inline constexpr uint64_t sh_inner = 0b11U << 8;
inline constexpr uint64_t access_flag = 1U << 10;
inline constexpr uint64_t address_mask = 0x0000FFFFFFFFF000;
inline constexpr uint64_t xn_never = 0b10ULL << 53;  ///< no execution at EL1 or EL0

/// An invalid entry keeps the IPA state in bits [3:2], which hardware ignores.
inline constexpr unsigned ipa_state_shift = 2;

inline constexpr uint64_t page_normal =
    entry_valid | entry_table_or_page | memattr_normal_write_back | s2ap_read | sh_inner | access_flag;

template <ValueDomain D>
constexpr Word<D> with_address(Frame<D> frame, uint64_t attributes) {
  return (widen<Word<D>>(frame) << page_shift) | Word<D>(attributes);
}

/// An entry that leads to the next table.
template <ValueDomain D>
constexpr Word<D> table_entry(Frame<D> table) {
  return with_address<D>(table, entry_valid | entry_table_or_page);
}

/// A private page: Normal Write-Back, read, write, execute.
template <ValueDomain D>
constexpr Word<D> private_page_entry(Frame<D> frame) {
  return with_address<D>(frame, page_normal | s2ap_write);
}

/// A page shared with the host: as a private one, but writable only if asked.
template <ValueDomain D>
constexpr Word<D> shared_page_entry(Frame<D> frame, typename D::Bool writable) {
  return select(writable, with_address<D>(frame, page_normal | s2ap_write), with_address<D>(frame, page_normal));
}

/// A RAM frame of the host, at its own address.
template <ValueDomain D>
constexpr Word<D> host_ram_entry(Frame<D> frame) {
  return with_address<D>(frame, page_normal | s2ap_write);
}

/// A device frame of the host: Device-nGnRE, never executable.
template <ValueDomain D>
constexpr Word<D> host_device_entry(Frame<D> frame) {
  return with_address<D>(frame, entry_valid | entry_table_or_page | memattr_device_ngnre | s2ap_read | s2ap_write |
                                    access_flag | xn_never);
}

/// A level-1 block of device frames of the host.
template <ValueDomain D>
constexpr Word<D> host_device_block(Frame<D> first) {
  return with_address<D>(first, entry_valid | memattr_device_ngnre | s2ap_read | s2ap_write | access_flag | xn_never);
}

/// An entry without a mapping. `empty` is the zero word.
template <ValueDomain D>
constexpr Word<D> invalid_entry(Value<D, IpaState> state) {
  return widen<Word<D>>(state) << ipa_state_shift;
}

template <ValueDomain D>
constexpr typename D::Bool entry_is_valid(Word<D> entry) {
  return (entry & Word<D>(entry_valid)) != Word<D>(0);
}

/// Whether an entry above level 3 leads to the next table. At level 3 the same bits make a page.
template <ValueDomain D>
constexpr typename D::Bool entry_links_table(Word<D> entry) {
  constexpr uint64_t both = entry_valid | entry_table_or_page;
  return (entry & Word<D>(both)) == Word<D>(both);
}

/// The block that maps what a whole table does, whose first entry is given.
template <ValueDomain D>
constexpr Word<D> block_above(Word<D> first) {
  return first & ~Word<D>(entry_table_or_page);
}

/// The first entry of a table of the level that maps what the block in its place does.
template <ValueDomain D>
constexpr Word<D> first_below(Word<D> block, unsigned level) {
  return level == leaf_level ? block | Word<D>(entry_table_or_page) : block;
}

/// By how much the addresses in a table of the level grow from entry to entry where it maps one run of frames.
constexpr uint64_t run_step(unsigned level) { return uint64_t{1} << (page_shift + span_shift(level)); }

/// The entry of a table of the level in which a run of frames goes on that begins with `first`, aligned to what the
/// table spans: entry 0 is `first` itself only if that is so.
template <ValueDomain D>
constexpr Word<D> entry_of_run(Word<D> first, unsigned level, Index<D> index) {
  const unsigned shift = page_shift + span_shift(level);
  return (first & ~Word<D>(low_mask(index_bits) << shift)) | (widen<Word<D>>(index) << shift);
}

/// The next table of a table entry, the frame of a page entry, the first frame of a block.
template <ValueDomain D>
constexpr Frame<D> entry_frame(Word<D> entry) {
  return truncate<Frame<D>>((entry & Word<D>(address_mask)) >> page_shift);
}

template <ValueDomain D>
constexpr Value<D, IpaState> entry_ipa_state(Word<D> entry) {
  return truncate<Value<D, IpaState>>(entry >> ipa_state_shift);
}

}  // namespace bulkhead::impl
