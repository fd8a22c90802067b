#pragma once

#include "model/concrete.hpp"
#include "model/machine.hpp"
#include "spec/state.hpp"

/// The abstract state when the engine has booted: every frame the host's, a device, or the engine's
/// own; no compartment, no table, nothing mapped.
namespace bulkhead::spec {

/// `content(frame, index)` is what the host finds in its own frames; all else is zero.
template <ValueDomain D, class Content>
Frames<D> frames_at_boot(const Platform<D>& platform, const Content& content) {
  using Owner = typename D::template Map<CompartmentId<D>, Frame<D>>;
  const auto nobody = [](Frame<D>) { return CompartmentId<D>(0); };
  return {
      .state = typename D::template Map<Value<D, FrameState>, Frame<D>>(
          [platform](Frame<D> frame) { return platform.state_at_boot(frame); }),
      .owner = Owner(nobody),
      .shared_with = Owner(nobody),
      .content = typename D::Memory([platform, content](Frame<D> frame, Index<D> index) {
        const auto state = platform.state_at_boot(frame);
        const auto accessible = (state == FrameState::host) | (state == FrameState::device);
        return select(accessible, content(frame, index), Word<D>(0));
      }),
  };
}

template <ValueDomain D>
Translations<D> translations_at_boot() {
  using All = Translations<D>;
  return {
      .access = typename All::template Field<Value<D, Access>>(
          [](CompartmentId<D>, Page<D>) { return Value<D, Access>(Access::none); }),
      .frame = typename All::template Field<Frame<D>>([](CompartmentId<D>, Page<D>) { return Frame<D>(0); }),
      .state = typename All::template Field<Value<D, IpaState>>(
          [](CompartmentId<D>, Page<D>) { return Value<D, IpaState>(IpaState::empty); }),
  };
}

template <ValueDomain D>
Tables<D> tables_at_boot() {
  using All = Tables<D>;
  return {
      .present = typename All::template Field<Value<D, Flag>>(
          [](Level<D>, CompartmentId<D>, Page<D>) { return Value<D, Flag>(Flag::no); }),
      .frame = typename All::template Field<Frame<D>>([](Level<D>, CompartmentId<D>, Page<D>) { return Frame<D>(0); }),
  };
}

template <ValueDomain D>
Compartments<D> compartments_at_boot() {
  using All = Compartments<D>;
  return {
      .state = typename All::template Field<Value<D, CompartmentState>>(
          [](CompartmentId<D>) { return Value<D, CompartmentState>(CompartmentState::free); }),
      .root = typename All::template Field<Frame<D>>([](CompartmentId<D>) { return Frame<D>(0); }),
      .vcpus = typename All::template Field<VcpuCount<D>>([](CompartmentId<D>) { return VcpuCount<D>(0); }),
  };
}

template <ValueDomain D>
Vcpus<D> vcpus_at_boot() {
  using All = Vcpus<D>;
  return {
      .state = typename All::template Field<Value<D, VcpuState>>(
          [](CompartmentId<D>, VcpuIndex<D>) { return Value<D, VcpuState>(VcpuState::none); }),
      .frame = typename All::template Field<Frame<D>>([](CompartmentId<D>, VcpuIndex<D>) { return Frame<D>(0); }),
  };
}

template <ValueDomain D, class Content>
State<D> boot(const Platform<D>& platform, const Content& content) {
  return {
      .platform = platform,
      .frames = frames_at_boot<D>(platform, content),
      .translations = translations_at_boot<D>(),
      .tables = tables_at_boot<D>(),
      .compartments = compartments_at_boot<D>(),
      .vcpus = vcpus_at_boot<D>(),
  };
}

/// What host frames hold at boot.
using HostContent = ConcreteMemory::Start;

/// The state on a machine that has no `problem`, with zeroed memory or the content given.
State<Concrete> boot(const MachineDescription& machine);
State<Concrete> boot(const MachineDescription& machine, const HostContent& content);

}  // namespace bulkhead::spec
