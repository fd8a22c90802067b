#pragma once

#include "hw/hardware.hpp"
#include "model/platform.hpp"

/// The engine's state: what a real EL2 isolation engine keeps in its own memory.
namespace bulkhead::impl {

/// One record a frame. `owner` is the compartment a frame belongs to, or for a host frame the
/// compartment it is mapped shared in; 0 is nobody. `base` is where the frame stands in the owner's IPA
/// space: the one page at which `data` and shared host frames are mapped, the first page that a `root`
/// or `table` translates. Tables have their `level` too, and the one entry that points to them, their
/// parent; a `vcpu` has its index in the place of that. Which entry maps a page is not kept: a block takes the place of
/// 512 pages, or 512 blocks, without a word about their frames.
template <ValueDomain D>
struct FrameTable {
  template <class V>
  using Field = typename D::template Map<V, Frame<D>>;
  Field<Value<D, FrameState>> state;
  Field<CompartmentId<D>> owner;
  Field<Frame<D>> parent_table;
  Field<Index<D>> parent_index;
  Field<Level<D>> level;
  Field<Page<D>> base;
};

/// One record a compartment id.
template <ValueDomain D>
struct CompartmentTable {
  template <class V>
  using Field = typename D::template Map<V, CompartmentId<D>>;
  Field<Value<D, CompartmentState>> state;
  Field<Frame<D>> root;
  Field<VcpuCount<D>> vcpus;
};

/// One record a vCPU, by compartment and index: whether there is one and whether it is on, and the frame that holds its
/// context.
template <ValueDomain D>
struct VcpuTable {
  template <class V>
  using Field = typename D::template Map<V, CompartmentId<D>, VcpuIndex<D>>;
  Field<Value<D, VcpuState>> state;
  Field<Frame<D>> frame;
};

template <ValueDomain D>
struct Engine {
  hw::Hardware<D> hardware;
  Platform<D> platform;
  FrameTable<D> frames;
  CompartmentTable<D> compartments;
  VcpuTable<D> vcpus;
  Frame<D> host_root;  ///< root of the host's own stage-2 tables
};

}  // namespace bulkhead::impl
