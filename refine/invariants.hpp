#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "impl/engine.hpp"
#include "impl/host_layout.hpp"
#include "refine/shape.hpp"

/// What is true of every state of the engine between two calls. Each invariant is a local fact about
/// one place: no search, no counting. Reverse links make "mapped at most once" local.
namespace bulkhead::refine {

using impl::Gib;
using impl::Region;

/// Where the host's own tables lie. Fixed at boot; a GiB is fine if it is mapped page by page, coarse
/// if it is one block of device frames.
template <ValueDomain D>
struct HostTables {
  std::function<Frame<D>(Index<D>)> level1;
  std::function<Frame<D>(Gib<D>)> level2;
  std::function<Frame<D>(Region<D>)> level3;
  std::function<typename D::Bool(Gib<D>)> fine;
};

/// A state to be judged.
template <ValueDomain D>
struct View {
  const impl::Engine<D>& engine;
  const HostTables<D>& host;
};

/// The place that an invariant speaks about; which members count is said by its site.
template <ValueDomain D>
struct Place {
  Frame<D> frame{};
  Index<D> index{};
  CompartmentId<D> compartment{};
  Cpu<D> cpu{};
};

/// What kind of place an invariant is about.
enum class About : uint8_t { frame, entry, compartment, cpu };

template <ValueDomain D>
struct Invariant {
  std::string_view name;
  std::string_view text;
  About about;
  std::function<typename D::Bool(const View<D>&, const Place<D>&)> premise;
  std::function<typename D::Bool(const View<D>&, const Place<D>&)> conclusion;
  /// Not instantiated at every frame that is read, but only where it is asked for: what it says is about the host's
  /// tables, which most frames have nothing to do with.
  bool on_demand = false;

  typename D::Bool holds(const View<D>& view, const Place<D>& at) const {
    return (!premise(view, at)) | conclusion(view, at);
  }
};

/// All invariants, in a fixed order.
template <ValueDomain D>
const std::vector<Invariant<D>>& invariants();

}  // namespace bulkhead::refine
