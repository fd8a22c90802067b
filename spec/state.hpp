#pragma once

#include "model/platform.hpp"

/// The abstract state: what isolation is about, and nothing of how it is done. No descriptor, no
/// index, no flush. To the spec a translation is a function from a page to {access, frame, IPA
/// state}, and "which table serves this page" the only structure it knows.
namespace bulkhead::spec {

/// What each frame is for, whose it is, and what it holds. `owner` is 0 for frames of no
/// compartment; `shared_with` is the compartment that a host frame is mapped in, 0 for none.
/// `content` means something for host, spare, data, vCPU and device frames: what a vCPU frame holds is the context of
/// the vCPU, saved register after register (model/guest_registers.hpp).
template <ValueDomain D>
struct Frames {
  typename D::template Map<Value<D, FrameState>, Frame<D>> state;
  typename D::template Map<CompartmentId<D>, Frame<D>> owner;
  typename D::template Map<CompartmentId<D>, Frame<D>> shared_with;
  typename D::Memory content;
};

/// What each compartment finds at each page of its IPA space. `frame` counts where access is not
/// none, `state` where it is.
template <ValueDomain D>
struct Translations {
  template <class V>
  using Field = typename D::template SpanMap<V, CompartmentId<D>, Page<D>>;
  Field<Value<D, Access>> access;
  Field<Frame<D>> frame;
  Field<Value<D, IpaState>> state;
};

/// Which table of each level (1 to 3) serves each page of each compartment, if any.
template <ValueDomain D>
struct Tables {
  template <class V>
  using Field = typename D::template SpanMap<V, Level<D>, CompartmentId<D>, Page<D>>;
  Field<Value<D, Flag>> present;
  Field<Frame<D>> frame;
};

template <ValueDomain D>
struct Compartments {
  template <class V>
  using Field = typename D::template Map<V, CompartmentId<D>>;
  Field<Value<D, CompartmentState>> state;
  Field<Frame<D>> root;
  Field<VcpuCount<D>> vcpus;
};

/// The vCPUs of each compartment by index, and the frame that holds the context of each: `frame` counts where `state`
/// is not none.
template <ValueDomain D>
struct Vcpus {
  template <class V>
  using Field = typename D::template Map<V, CompartmentId<D>, VcpuIndex<D>>;
  Field<Value<D, VcpuState>> state;
  Field<Frame<D>> frame;
};

template <ValueDomain D>
struct State {
  Platform<D> platform;
  Frames<D> frames;
  Translations<D> translations;
  Tables<D> tables;
  Compartments<D> compartments;
  Vcpus<D> vcpus;

  /// Whether the host may read and write a frame: its own, what compartments share with it, the devices left to it.
  typename D::Bool host_can_access(Frame<D> frame) const {
    const auto state = frames.state.get(frame);
    return (state == FrameState::host) | (state == FrameState::shared_data) | (state == FrameState::device);
  }
};

}  // namespace bulkhead::spec
