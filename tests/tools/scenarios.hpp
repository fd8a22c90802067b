#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tests/tools/recorder.hpp"

namespace bulkhead::test {

/// What a good trace of the corpus tells.
struct Scenario {
  std::string_view name;  ///< of its file
  std::string_view about;
  void (*play)(Recorder&);
  std::string_view from = "recorded from the engine";  ///< where it comes from
};

const std::vector<Scenario>& scenarios();

/// Those of calls with their effects, and of effects of other hypervisors: scenarios.cpp has the others.
std::span<const Scenario> effect_scenarios();
std::span<const Scenario> foreign_scenarios();

}  // namespace bulkhead::test
