#pragma once

#include <random>

#include "refine/counterexample.hpp"

namespace bulkhead::test {

/// A counterexample of any shape: whatever the types can hold, legal or not, with small numbers so that places meet.
class RandomCex {
 public:
  explicit RandomCex(uint64_t seed) : random_(seed) {}

  refine::Counterexample make();

 private:
  uint64_t below(uint64_t end) { return random_() % end; }
  bool coin() { return below(2) == 0; }
  /// Mostly few, sometimes any of so many bits.
  uint64_t number(unsigned bits);
  uint64_t frame() { return number(36); }
  uint64_t word();
  std::string text();
  refine::FrameRecord record();
  refine::SmallState state();
  refine::CallEnd end(Call call);
  hw::Effect<Concrete> effect();
  refine::CallMade made();
  refine::Window window();
  refine::PageView page();
  refine::SpecPlaces places();

  std::mt19937_64 random_;
};

/// A counterexample such as the engine gives: page_map maps F1 and forgets the parent.
refine::Counterexample plain_cex();

}  // namespace bulkhead::test
