#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/trace.hpp"

namespace bulkhead::test {

/// A bad trace: a good one changed by one step, and where its replay must stop.
struct Edit {
  std::string_view name;  ///< of its file
  std::string_view good;  ///< the trace that is changed
  std::string_view what;  ///< is done at which line
  void (*apply)(std::vector<trace::Event>&);
  uint64_t diverges_at;     ///< the line of the first divergence
  std::string_view rule{};  ///< that an effect breaks there, if it is one
};

const std::vector<Edit>& edits();

/// Those of effects: edits.cpp has the others.
std::span<const Edit> effect_edits();

}  // namespace bulkhead::test
