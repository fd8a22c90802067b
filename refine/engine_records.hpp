#pragma once

#include "refine/small_state.hpp"

/// What an engine whose state is known records, as numbers.
namespace bulkhead::refine {

inline uint64_t known_number(uint64_t bits) { return bits; }
inline uint64_t known_number(const SymBits& bits) { return bits.constant(); }

/// Of a frame. What it holds is not looked at.
template <ValueDomain D>
FrameRecord record_in(const impl::Engine<D>& engine, Frame<D> frame) {
  const auto& t = engine.frames;
  const auto& p = engine.platform;
  const auto number = [frame](const auto& field) { return known_number(field.get(frame).bits()); };
  return {static_cast<FrameState>(number(t.state)),
          number(t.owner),
          number(t.parent_table),
          number(t.parent_index),
          number(t.level),
          number(t.base),
          number(p.ram) == 1,
          number(p.reserved) == 1,
          number(p.engine_device) == 1,
          0,
          0};
}

template <ValueDomain D>
CompartmentRecord record_in(const impl::Engine<D>& engine, CompartmentId<D> id) {
  const auto& t = engine.compartments;
  const auto number = [id](const auto& field) { return known_number(field.get(id).bits()); };
  return {static_cast<CompartmentState>(number(t.state)), number(t.root), number(t.vcpus)};
}

template <ValueDomain D>
VcpuRecord record_in(const impl::Engine<D>& engine, CompartmentId<D> id, VcpuIndex<D> index) {
  const auto number = [id, index](const auto& field) { return known_number(field.get(id, index).bits()); };
  return {static_cast<VcpuState>(number(engine.vcpus.state)), number(engine.vcpus.frame)};
}

}  // namespace bulkhead::refine
