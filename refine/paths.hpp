#pragma once

#include <functional>
#include <vector>

#include "refine/session.hpp"

namespace bulkhead::refine {

/// Runs a program once for each feasible path, depth first. `run` begins after the session was told the
/// choices to make; what it decides beyond them is explored later.
inline void for_each_path(Session& session, const std::function<void()>& run) {
  std::vector<std::vector<bool>> open = {{}};
  while (!open.empty()) {
    session.begin(std::move(open.back()));
    open.pop_back();
    run();
    const auto& alternatives = session.alternatives();
    open.insert(open.end(), alternatives.begin(), alternatives.end());
  }
}

}  // namespace bulkhead::refine
