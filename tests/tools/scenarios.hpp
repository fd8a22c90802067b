#pragma once

#include <span>
#include <string_view>

#include "tests/tools/recorder.hpp"

namespace bulkhead::test {

/// What a good trace of the corpus tells.
struct Scenario {
  std::string_view name;  ///< of its file
  std::string_view about;
  void (*play)(Recorder&);
};

std::span<const Scenario> scenarios();

}  // namespace bulkhead::test
