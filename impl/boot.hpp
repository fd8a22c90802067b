#pragma once

#include "impl/boot_memory.hpp"
#include "impl/engine.hpp"
#include "impl/maintenance.hpp"
#include "model/concrete.hpp"
#include "model/machine.hpp"

/// The engine when it has booted: every frame the host's, a device, or the engine's own; no
/// compartment; every CPU in the host.
namespace bulkhead::impl {

template <ValueDomain D>
FrameTable<D> frames_at_boot(const Platform<D>& platform) {
  using Frames = FrameTable<D>;
  return {
      .state = typename Frames::template Field<Value<D, FrameState>>(
          [platform](Frame<D> frame) { return platform.state_at_boot(frame); }),
      .owner = typename Frames::template Field<CompartmentId<D>>([](Frame<D>) { return CompartmentId<D>(0); }),
      .parent_table = typename Frames::template Field<Frame<D>>([](Frame<D>) { return Frame<D>(0); }),
      .parent_index = typename Frames::template Field<Index<D>>([](Frame<D>) { return Index<D>(0); }),
      .level = typename Frames::template Field<Level<D>>([](Frame<D>) { return Level<D>(0); }),
      .base = typename Frames::template Field<Page<D>>([](Frame<D>) { return Page<D>(0); }),
  };
}

template <ValueDomain D>
CompartmentTable<D> compartments_at_boot() {
  using Table = CompartmentTable<D>;
  return {
      .state = typename Table::template Field<Value<D, CompartmentState>>(
          [](CompartmentId<D>) { return Value<D, CompartmentState>(CompartmentState::free); }),
      .root = typename Table::template Field<Frame<D>>([](CompartmentId<D>) { return Frame<D>(0); }),
      .vcpus = typename Table::template Field<VcpuCount<D>>([](CompartmentId<D>) { return VcpuCount<D>(0); }),
  };
}

template <ValueDomain D>
VcpuTable<D> vcpus_at_boot() {
  using Table = VcpuTable<D>;
  return {
      .state = typename Table::template Field<Value<D, VcpuState>>(
          [](CompartmentId<D>, VcpuIndex<D>) { return Value<D, VcpuState>(VcpuState::none); }),
      .frame = typename Table::template Field<Frame<D>>([](CompartmentId<D>, VcpuIndex<D>) { return Frame<D>(0); }),
  };
}

/// The engine on a platform, with the host's tables where `layout` says. `content(frame, index)` is
/// what the host finds in its own frames.
template <ValueDomain D, class Content>
Engine<D> boot(const Platform<D>& platform, const HostLayout<D>& layout, const Content& content) {
  const Word<D> host = vttbr_of<D>(CompartmentId<D>(0), layout.root);
  return {
      .hardware = hw::Hardware<D>(typename D::Memory([=](Frame<D> frame, Index<D> index) {
                                    return word_at_boot<D>(layout, platform, content, frame, index);
                                  }),
                                  typename hw::Hardware<D>::VttbrFile([host](Cpu<D>) { return host; })),
      .platform = platform,
      .frames = frames_at_boot<D>(platform),
      .compartments = compartments_at_boot<D>(),
      .vcpus = vcpus_at_boot<D>(),
      .host_root = layout.root,
  };
}

/// The host's tables on a machine that has no `problem`: in the frames reserved for them.
HostLayout<Concrete> layout_of(const MachineDescription& machine);

/// What host frames hold at boot.
using HostContent = ConcreteMemory::Start;

/// The engine booted on a machine that has no `problem`, with zeroed memory or the content given.
Engine<Concrete> boot(const MachineDescription& machine);
Engine<Concrete> boot(const MachineDescription& machine, const HostContent& content);

}  // namespace bulkhead::impl
