#pragma once

#include <cstdint>

namespace bulkhead::cli {

/// A sequence of pseudo-random numbers that is the same everywhere (SplitMix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  /// A number in 0..count-1.
  uint64_t below(uint64_t count) { return next() % count; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  uint64_t state_;
};

}  // namespace bulkhead::cli
