#pragma once

#include "model/domain.hpp"

/// Where the host's own stage-2 tables lie, and what each of them translates. They lie in one row,
/// from the root on:
///
///     root | 512 level-1 tables | a level-2 table for each slot | 512 level-3 tables for each slot
///
/// A *fine* GiB is one that holds RAM or a device of the engine; it is mapped page by page. Fine GiBs
/// are numbered: the number is their slot. Any other GiB is one block of devices.
namespace bulkhead::impl {

namespace tag {
struct Gib {
  static constexpr unsigned width = address_bits - 30;
};
struct Slot {
  static constexpr unsigned width = address_bits - 30;
};
struct Region {
  static constexpr unsigned width = address_bits - 21;
};
}  // namespace tag

/// 1 GiB of the physical address space, by number: what an entry of a level-1 table spans.
template <class D>
using Gib = Value<D, tag::Gib>;
/// The number of a fine GiB among its like.
template <class D>
using Slot = Value<D, tag::Slot>;
/// 2 MiB of the physical address space, by number: what a level-3 table spans.
template <class D>
using Region = Value<D, tag::Region>;

/// Which of the host's tables a frame is, if any.
enum class HostTable : uint8_t { none, root, level1, level2, level3 };
constexpr unsigned enum_width(HostTable) { return 3; }

template <ValueDomain D>
struct HostLayout {
  Frame<D> root;
  typename D::template Map<Value<D, Flag>, Gib<D>> fine;
  typename D::template Map<Slot<D>, Gib<D>> slot;  ///< of a fine GiB
  typename D::template Map<Gib<D>, Slot<D>> gib;   ///< of a slot: `gib` of `slot` of a fine GiB is that GiB
  Frame<D> slots;                                  ///< how many there are

  /// The level-1 table that the root's entry leads to.
  Frame<D> level1(Index<D> index) const { return first_level1() + widen<Frame<D>>(index); }
  /// The level-2 table of a fine GiB.
  Frame<D> level2(Gib<D> gib) const { return first_level2() + widen<Frame<D>>(slot.get(gib)); }
  /// The level-3 table of a region of a fine GiB.
  Frame<D> level3(Region<D> region) const {
    const auto gib_of_region = extract<Gib<D>, 26, 9>(region);
    return first_level3() + (widen<Frame<D>>(slot.get(gib_of_region)) << index_bits) +
           widen<Frame<D>>(truncate<Index<D>>(region));
  }

  /// Which table the frame is.
  Value<D, HostTable> kind_of(Frame<D> frame) const {
    using Kind = Value<D, HostTable>;
    const Frame<D> end = first_level3() + (slots << index_bits);
    const auto lower =
        select(from_root(frame) < from_root(first_level3()), Kind(HostTable::level2),
               select(from_root(frame) < from_root(end), Kind(HostTable::level3), Kind(HostTable::none)));
    const auto upper = select(frame == root, Kind(HostTable::root), Kind(HostTable::level1));
    return select(from_root(frame) < from_root(first_level2()), upper, lower);
  }

  /// What the table translates: a level-1 table's index in the root, a level-2 table's GiB, a level-3
  /// table's region. Zero for the root.
  Region<D> key_of(Frame<D> frame) const {
    const auto kind = kind_of(frame);
    return select(kind == HostTable::level1, widen<Region<D>>(index_of_level1(frame)),
                  select(kind == HostTable::level2, widen<Region<D>>(gib_of_level2(frame)),
                         select(kind == HostTable::level3, region_of_level3(frame), Region<D>(0))));
  }

 private:
  Frame<D> first_level1() const { return root + Frame<D>(1); }
  Frame<D> first_level2() const { return first_level1() + Frame<D>(entries_per_table); }
  Frame<D> first_level3() const { return first_level2() + slots; }
  Frame<D> from_root(Frame<D> frame) const { return frame - root; }

  Index<D> index_of_level1(Frame<D> frame) const { return truncate<Index<D>>(frame - first_level1()); }
  Gib<D> gib_of_level2(Frame<D> frame) const { return gib.get(truncate<Slot<D>>(frame - first_level2())); }
  Region<D> region_of_level3(Frame<D> frame) const {
    const Frame<D> number = frame - first_level3();
    const Gib<D> served = gib.get(extract<Slot<D>, 26, 9>(number));
    return (widen<Region<D>>(served) << index_bits) | widen<Region<D>>(truncate<Index<D>>(number));
  }
};

}  // namespace bulkhead::impl
