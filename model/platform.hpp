#pragma once

#include "model/domain.hpp"

namespace bulkhead {

/// What the platform says of its physical address space. It never changes, and spec and engine both
/// ask it.
template <ValueDomain D>
struct Platform {
  using FrameFlag = typename D::template Map<Value<D, Flag>, Frame<D>>;

  FrameFlag ram;            ///< the frame is memory; every other frame is a device's
  FrameFlag reserved;       ///< RAM that the engine keeps for itself from boot on
  FrameFlag engine_device;  ///< a device frame that only the engine may touch (GIC, ITS, SMMU)

  /// What a frame is for when the engine has booted.
  Value<D, FrameState> state_at_boot(Frame<D> frame) const {
    using State = Value<D, FrameState>;
    const auto memory = select(reserved.get(frame) == Flag::yes, State(FrameState::engine), State(FrameState::host));
    const auto device =
        select(engine_device.get(frame) == Flag::yes, State(FrameState::engine), State(FrameState::device));
    return select(ram.get(frame) == Flag::yes, memory, device);
  }

  /// Whether the whole page at `pa` is memory: at most 48 bits, aligned, and RAM.
  typename D::Bool is_ram_frame(Pa<D> pa) const { return is_page_address(pa) & (ram.get(frame_of(pa)) == Flag::yes); }

  /// Whether an address is page-aligned and at most 48 bits.
  template <class Address>
  static typename D::Bool is_page_address(Address address) {
    return (address & Address(~(low_mask(address_bits) & ~low_mask(page_shift)))) == Address(0);
  }
};

}  // namespace bulkhead
