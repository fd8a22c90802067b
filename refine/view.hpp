#pragma once

#include <array>
#include <optional>
#include <string>

#include "hw/walk.hpp"
#include "impl/engine.hpp"
#include "model/concrete.hpp"
#include "spec/state.hpp"

/// One place of the state, as the spec sees it and as the engine's state means it: the concrete
/// abstraction at a point. What means nothing is zero, so that two views of one place are equal or
/// spec and engine differ. The engine's tables are read as hardware does, through hw/.
namespace bulkhead::refine {

using ConcreteEngine = impl::Engine<Concrete>;
using ConcreteSpec = spec::State<Concrete>;

struct FrameView {
  FrameState state{};
  uint64_t owner = 0;
  uint64_t shared_with = 0;
  friend bool operator==(const FrameView&, const FrameView&) = default;
};

struct CompartmentView {
  CompartmentState state{};
  uint64_t root = 0;
  uint64_t vcpus = 0;
  friend bool operator==(const CompartmentView&, const CompartmentView&) = default;
};

struct VcpuView {
  VcpuState state{};
  uint64_t frame = 0;  ///< that holds its context, by number
  friend bool operator==(const VcpuView&, const VcpuView&) = default;
};

/// What a translation gives.
struct Translation {
  uint64_t frame = 0;
  bool readable = false;
  bool writable = false;
  bool device = false;  ///< Device-nGnRE and never executable, otherwise Normal Write-Back and executable
  friend bool operator==(const Translation&, const Translation&) = default;
};

/// What a compartment finds at a page, and which tables serve it.
struct PageView {
  std::optional<Translation> found;
  IpaState state{};                                 ///< where nothing is found
  std::array<std::optional<uint64_t>, 3> tables{};  ///< of levels 1 to 3
  friend bool operator==(const PageView&, const PageView&) = default;
};

FrameView view_frame(const ConcreteEngine& engine, Frame<Concrete> frame);
FrameView view_frame(const ConcreteSpec& spec, Frame<Concrete> frame);

CompartmentView view_compartment(const ConcreteEngine& engine, CompartmentId<Concrete> id);
CompartmentView view_compartment(const ConcreteSpec& spec, CompartmentId<Concrete> id);

VcpuView view_vcpu(const ConcreteEngine& engine, CompartmentId<Concrete> id, VcpuIndex<Concrete> index);
VcpuView view_vcpu(const ConcreteSpec& spec, CompartmentId<Concrete> id, VcpuIndex<Concrete> index);

PageView view_page(const ConcreteEngine& engine, CompartmentId<Concrete> id, Page<Concrete> page);
PageView view_page(const ConcreteSpec& spec, CompartmentId<Concrete> id, Page<Concrete> page);

/// What a compartment, or the host (id 0), translates a page to.
std::optional<Translation> view_translation(const ConcreteEngine& engine, CompartmentId<Concrete> id,
                                            Page<Concrete> page);
std::optional<Translation> view_translation(const ConcreteSpec& spec, CompartmentId<Concrete> id, Page<Concrete> page);

/// The table of a level, 1 to 3, that serves a page of a compartment; with the engine also of the host (id 0).
std::optional<uint64_t> view_table(const ConcreteEngine& engine, CompartmentId<Concrete> id, Page<Concrete> page,
                                   unsigned level);
std::optional<uint64_t> view_table(const ConcreteSpec& spec, CompartmentId<Concrete> id, Page<Concrete> page,
                                   unsigned level);

/// VTTBR_EL2 for a compartment, or for the host (id 0).
hw::VttbrEl2<Concrete> vttbr_for(const ConcreteEngine& engine, CompartmentId<Concrete> id);
/// How the CPUs read the engine's tables.
const hw::Stage2& engine_stage2();

std::string describe(const FrameView& view);
std::string describe(const CompartmentView& view);
std::string describe(const VcpuView& view);
std::string describe(const std::optional<Translation>& found);
std::string describe(const PageView& view);

}  // namespace bulkhead::refine
