#pragma once

#include <functional>
#include <optional>

#include "cli/coverage.hpp"
#include "cli/judge.hpp"

namespace bulkhead::cli {

struct FuzzLimits {
  uint64_t steps = 0;  ///< calls and accesses
  double seconds = 0;  ///< 0: as long as the steps take
  uint64_t seed = 0;
};

/// A sequence from boot on after which engine and spec part, shrunk.
struct FuzzFailure {
  std::vector<Deed> deeds;  ///< each with the end that the engine gave it
  std::string text;         ///< what engine and spec disagree on
  size_t found_after = 0;   ///< deeds of the sequence as it was found
};

struct FuzzResult {
  uint64_t steps = 0;
  uint64_t machines = 0;
  double seconds = 0;
  bool interrupted = false;
  Coverage coverage;
  std::optional<FuzzFailure> failure;
};

/// Random calls and accesses to memory, engine against spec in lockstep, with TLBs that keep all they may.
/// Now and then it begins anew with a machine that just booted. Ends at the first failure. The same seed
/// and steps give the same run. `go_on` is told the steps so far now and then; the run ends where it says no.
FuzzResult fuzz(const FuzzLimits& limits, const std::function<bool(uint64_t steps)>& go_on);

/// The failure as the text of a trace that `replay` refuses.
std::string trace_of(const FuzzFailure& failure, uint64_t seed);

}  // namespace bulkhead::cli
