#pragma once

#include <array>
#include <string_view>

#include "model/value.hpp"

/// The quantities of the model. Geometry: 4 KiB granule, 48-bit physical and intermediate physical
/// addresses, four levels of translation (DDI 0487 D8.2), 16-bit VMIDs (VTCR_EL2.VS = 1).
namespace bulkhead {

inline constexpr unsigned page_shift = 12;    ///< log2 of the granule in bytes
inline constexpr unsigned index_bits = 9;     ///< log2 of the entries of a table
inline constexpr unsigned address_bits = 48;  ///< PA and IPA size
inline constexpr unsigned entries_per_table = 1U << index_bits;
inline constexpr unsigned leaf_level = 3;
static_assert(page_shift + 4 * index_bits == address_bits);

namespace tag {
struct Word {
  static constexpr unsigned width = 64;
};
struct Pa {
  static constexpr unsigned width = 64;
};
struct Ipa {
  static constexpr unsigned width = 64;
};
struct Frame {
  static constexpr unsigned width = address_bits - page_shift;
};
struct Page {
  static constexpr unsigned width = address_bits - page_shift;
};
struct Index {
  static constexpr unsigned width = index_bits;
};
struct Level {
  static constexpr unsigned width = 2;
};
struct CompartmentId {
  static constexpr unsigned width = 16;
};
struct VcpuIndex {
  static constexpr unsigned width = 9;
};
struct VcpuCount {
  static constexpr unsigned width = 10;
};
struct Cpu {
  static constexpr unsigned width = 16;
};
}  // namespace tag

/// A 64-bit register or memory word; also a call argument before its form is checked.
template <class D>
using Word = Value<D, tag::Word>;
/// A physical byte address as a register holds it: all 64 bits, possibly malformed.
template <class D>
using Pa = Value<D, tag::Pa>;
/// An intermediate physical byte address as a register holds it: all 64 bits, possibly malformed.
template <class D>
using Ipa = Value<D, tag::Ipa>;
/// A 4 KiB physical frame by number (PA[47:12]).
template <class D>
using Frame = Value<D, tag::Frame>;
/// A 4 KiB page of a compartment's IPA space by number (IPA[47:12]).
template <class D>
using Page = Value<D, tag::Page>;
/// The position of an entry in a table, or of a word in a frame: 0..511.
template <class D>
using Index = Value<D, tag::Index>;
/// A level of the stage-2 walk, 0 (root) to 3.
template <class D>
using Level = Value<D, tag::Level>;
/// A compartment by id, which is its VMID; 0 is the host.
template <class D>
using CompartmentId = Value<D, tag::CompartmentId>;
/// A vCPU of a compartment by index: 0..511.
template <class D>
using VcpuIndex = Value<D, tag::VcpuIndex>;
/// A number of vCPUs: 0..512.
template <class D>
using VcpuCount = Value<D, tag::VcpuCount>;
/// A physical CPU by number.
template <class D>
using Cpu = Value<D, tag::Cpu>;

/// The frame that contains an address of at most 48 bits.
template <class D>
constexpr Frame<D> frame_of(Pa<D> pa) {
  return extract<Frame<D>, 47, 12>(pa);
}
/// The word of its frame that is at an address.
template <class D>
constexpr Index<D> index_of(Pa<D> pa) {
  return extract<Index<D>, 11, 3>(pa);
}
/// The page that contains an address of at most 48 bits.
template <class D>
constexpr Page<D> page_of(Ipa<D> ipa) {
  return extract<Page<D>, 47, 12>(ipa);
}
template <class D>
constexpr Pa<D> address_of(Frame<D> frame) {
  return widen<Pa<D>>(frame) << page_shift;
}
template <class D>
constexpr Ipa<D> address_of(Page<D> page) {
  return widen<Ipa<D>>(page) << page_shift;
}

/// log2 of the pages that one entry of a table of this level spans: 0 at level 3, 27 at level 0.
constexpr unsigned span_shift(unsigned level) { return index_bits * (leaf_level - level); }
/// The mask of the page-number bits below one entry of a table of this level.
constexpr uint64_t span_mask(unsigned level) { return low_mask(span_shift(level)); }

/// The upper half of the IPA space (IPA bit 47) holds pages shared with the host, the lower half
/// private ones.
template <class D>
constexpr typename D::Bool in_shared_half(Page<D> page) {
  return page >= Page<D>(uint64_t{1} << 35);
}

/// What a frame is for. `root` and `table` frames hold stage-2 tables of one compartment.
enum class FrameState : uint8_t { host, spare, root, table, vcpu, data, shared_data, engine, device };
constexpr unsigned enum_width(FrameState) { return 4; }
inline constexpr std::array<std::string_view, 9> frame_state_names = {"host", "spare",       "root",   "table", "vcpu",
                                                                      "data", "shared_data", "engine", "device"};
constexpr std::string_view name_of(FrameState state) { return frame_state_names.at(static_cast<size_t>(state)); }
/// Whether such frames hold private memory of a compartment, which it may share with the host.
constexpr bool is_data(FrameState state) { return state == FrameState::data || state == FrameState::shared_data; }
/// Whether such frames hold a stage-2 table of a compartment.
constexpr bool is_table(FrameState state) { return state == FrameState::root || state == FrameState::table; }

/// What an IPA without a mapping means to its compartment.
enum class IpaState : uint8_t { empty, ram, destroyed };
constexpr unsigned enum_width(IpaState) { return 2; }
inline constexpr std::array<std::string_view, 3> ipa_state_names = {"empty", "ram", "destroyed"};
constexpr std::string_view name_of(IpaState state) { return ipa_state_names.at(static_cast<size_t>(state)); }

/// What a compartment may do to a page: nothing, read and execute, or write too.
enum class Access : uint8_t { none, read, read_write };
constexpr unsigned enum_width(Access) { return 2; }

/// Whether a compartment has a vCPU of an index, and whether PSCI has it on.
enum class VcpuState : uint8_t { none, off, on };
constexpr unsigned enum_width(VcpuState) { return 2; }
inline constexpr std::array<std::string_view, 3> vcpu_state_names = {"none", "off", "on"};
constexpr std::string_view name_of(VcpuState state) { return vcpu_state_names.at(static_cast<size_t>(state)); }

/// A truth value that a map can hold.
enum class Flag : uint8_t { no, yes };
constexpr unsigned enum_width(Flag) { return 1; }

/// The life of a compartment id.
enum class CompartmentState : uint8_t { free, created, active, stopping };
constexpr unsigned enum_width(CompartmentState) { return 2; }
inline constexpr std::array<std::string_view, 4> compartment_state_names = {"free", "created", "active", "stopping"};
constexpr std::string_view name_of(CompartmentState state) {
  return compartment_state_names.at(static_cast<size_t>(state));
}

}  // namespace bulkhead
