#pragma once

#include <array>
#include <string_view>

#include "model/types.hpp"

/// What the states of frames, compartments and IPAs are called, in the order of their enumerations.
namespace bulkhead::cli {

inline constexpr std::array<std::string_view, 8> frame_state_names = {"host", "spare", "root",   "table",
                                                                      "vcpu", "data",  "engine", "device"};
inline constexpr std::array<std::string_view, 4> compartment_state_names = {"free", "created", "active", "stopping"};
inline constexpr std::array<std::string_view, 3> ipa_state_names = {"empty", "ram", "destroyed"};

constexpr std::string_view name_of(FrameState state) { return frame_state_names.at(static_cast<size_t>(state)); }
constexpr std::string_view name_of(CompartmentState state) {
  return compartment_state_names.at(static_cast<size_t>(state));
}

}  // namespace bulkhead::cli
