#pragma once

#include "cli/command.hpp"
#include "cli/fuzz_run.hpp"

/// What `fuzz` says of a run.
namespace bulkhead::cli {

struct FuzzReport {
  FuzzResult result;
  uint64_t seed = 0;
  uint64_t require_coverage = 0;  ///< times that each reachable pair must occur; 0: no matter
  std::string trace;              ///< where the trace of the failure was written, if there is one

  /// The reachable pairs that occurred too seldom; those that never did if nothing is required.
  std::vector<Pair> missing() const;
  Exit exit() const;
};

std::string as_text(const FuzzReport& report);
/// The document `bulkhead-fuzz/1`.
std::string as_json(const FuzzReport& report);

}  // namespace bulkhead::cli
