#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "spec/state.hpp"

/// What the spec says of one call: an ordered list of failure conditions, an effect, a footprint.
namespace bulkhead::spec {

/// The arguments of a call by name; those it does not take are zero.
template <ValueDomain D>
struct Inputs {
  CompartmentId<D> caller{};
  Word<D> cid{};
  Ipa<D> ipa{};
  Word<D> level{};
  Pa<D> pa{};
  Pa<D> src_pa{};
  Pa<D> root_pa{};
  Word<D> vcpus{};
  Word<D> writable{};
  Word<D> index{};
  Word<D> pc{};
  Word<D> x0{};

  /// The compartment that the call is about: the caller if that is a guest, otherwise the one named, once `cid` is
  /// known to be in range.
  CompartmentId<D> compartment() const { return truncate<CompartmentId<D>>(cid); }
  Page<D> page() const { return page_of(ipa); }
  Frame<D> frame() const { return frame_of(pa); }
  Frame<D> source() const { return frame_of(src_pa); }
  Frame<D> root() const { return frame_of(root_pa); }
  /// The level named, once `level` is known to be 1 to 3.
  Level<D> table_level() const { return truncate<Level<D>>(level); }
  /// The vCPU named, once `index` is known to be in range.
  VcpuIndex<D> vcpu() const { return truncate<VcpuIndex<D>>(index); }
};

/// One way to be refused. The first condition of a rule that holds decides the status.
template <ValueDomain D>
struct Condition {
  Status status;
  std::string_view text;  ///< what holds when the call is refused, as a clause
  std::function<typename D::Bool(const State<D>&, const Inputs<D>&)> holds;
};

/// The parts of the state that a footprint speaks of.
enum class Part : uint8_t {
  frame,        ///< state, owner and sharing of a frame
  content,      ///< what a frame holds
  translation,  ///< what a compartment finds at a page
  table,        ///< which table serves a page
  compartment,  ///< the life of a compartment id
  vcpu,         ///< whether a compartment has a vCPU, where its context is and whether it is on
};

constexpr std::string_view name_of(Part part) {
  switch (part) {
    case Part::frame:
      return "frame";
    case Part::content:
      return "content";
    case Part::translation:
      return "translation";
    case Part::table:
      return "table";
    case Part::compartment:
      return "compartment";
    case Part::vcpu:
      return "vcpu";
  }
  return "part";
}

/// An arbitrary place in the state.
template <ValueDomain D>
struct Point {
  Frame<D> frame{};
  CompartmentId<D> compartment{};
  Page<D> page{};
  Level<D> level{};
  VcpuIndex<D> vcpu{};
};

/// One thing that a successful call may change.
template <ValueDomain D>
struct Touch {
  Part part;
  std::string_view text;
  std::function<typename D::Bool(const State<D>& before, const Inputs<D>&, const Point<D>&)> covers;
};

/// The spec of one call.
template <ValueDomain D>
struct Rule {
  std::vector<Condition<D>> refusals;
  std::string_view effect_text;
  std::function<Result<D>(State<D>&, const Inputs<D>&)> effect;
  std::vector<Touch<D>> footprint;
};

}  // namespace bulkhead::spec
