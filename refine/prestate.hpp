#pragma once

#include <string_view>

#include "refine/invariants.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

/// An arbitrary legal state: every field of the engine is an uninterpreted function, and reading one
/// makes the invariants about that place available to the session.
class PreState {
 public:
  explicit PreState(Session& session);
  PreState(const PreState&) = delete;
  PreState& operator=(const PreState&) = delete;

  const impl::Engine<Symbolic>& engine() const { return engine_; }
  const HostTables<Symbolic>& host() const { return host_; }
  View<Symbolic> view() const { return {engine_, host_}; }
  /// Assumes the invariants about a place, without following what they read.
  void assume_at(About about, const Place<Symbolic>& place) const;
  /// Assumes, of an entry, what invariant `entry_maps_*` of the level, 1 to 3, says of one of the pages it spans.
  void assume_mapping(Frame<Symbolic> table, Index<Symbolic> index, Page<Symbolic> page, unsigned level) const;
  /// Assumes that a frame, if it is recorded as mapped, is found where its record says.
  void assume_found(Frame<Symbolic> frame) const;
  /// Assumes what the host's tables say of a frame.
  void assume_host_map(Frame<Symbolic> frame) const;
  /// Assumes that the tables by which the host finds a frame are the engine's.
  void assume_host_tables(Frame<Symbolic> frame) const;

  void assume_named(const std::vector<std::string_view>& names, const Place<Symbolic>& place) const;

 private:
  void follow(const Read& read) const;

  Session& session_;
  HostTables<Symbolic> host_;
  impl::Engine<Symbolic> engine_;
};

/// The origin of facts about where boot lays the host's tables; of the others it is the invariant's name.
inline constexpr std::string_view boot_layout = "boot.layout";

/// Names of the uninterpreted functions that make up an arbitrary state.
namespace field {
inline constexpr const char* memory = "memory";
inline constexpr const char* vttbr = "vttbr";
inline constexpr const char* ram = "platform.ram";
inline constexpr const char* reserved = "platform.reserved";
inline constexpr const char* engine_device = "platform.engine_device";
inline constexpr const char* frame_state = "frame.state";
inline constexpr const char* frame_owner = "frame.owner";
inline constexpr const char* frame_parent_table = "frame.parent_table";
inline constexpr const char* frame_parent_index = "frame.parent_index";
inline constexpr const char* frame_level = "frame.level";
inline constexpr const char* frame_base = "frame.base";
inline constexpr const char* compartment_state = "compartment.state";
inline constexpr const char* compartment_root = "compartment.root";
inline constexpr const char* compartment_vcpus = "compartment.vcpus";
inline constexpr const char* vcpu_state = "vcpu.state";
inline constexpr const char* vcpu_frame = "vcpu.frame";
inline constexpr const char* host_root = "host.root";
inline constexpr const char* host_level1 = "host.level1";
inline constexpr const char* host_level2 = "host.level2";
inline constexpr const char* host_level3 = "host.level3";
inline constexpr const char* host_fine = "host.fine";
inline constexpr const char* host_kind = "host.kind";
inline constexpr const char* host_key = "host.key";
}  // namespace field

}  // namespace bulkhead::refine
