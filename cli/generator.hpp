#pragma once

#include "cli/coverage.hpp"
#include "cli/judge.hpp"

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

/// Makes up calls and accesses to memory. It knows nothing of single calls: it picks a call and a status
/// that it wants, those that came up less first, and draws arguments from small pools of ids, frames and
/// pages until the spec says that the call returns that status.
class Generator {
 public:
  Generator(uint64_t seed, const MachineDescription& machine);

  /// The next deed in a state, with no end yet.
  Deed next(const refine::ConcreteSpec& state, const Coverage& coverage);

 private:
  trace::AccessEvent access();
  trace::CallEvent call(const refine::ConcreteSpec& state, const Coverage& coverage);
  void begin_phase();
  Pair wanted(const Coverage& coverage, unsigned candidates);
  bool find_arguments(const refine::ConcreteSpec& state, Pair wanted, Arguments<Concrete>& best);
  void remember(const trace::CallEvent& event);
  size_t goal_of(Pair wanted);
  Arguments<Concrete> draw_all(Pair wanted);
  void redraw_one(Arguments<Concrete>& arguments, Pair wanted);
  void draw_caller(Arguments<Concrete>& arguments, Pair wanted);
  void draw(Arguments<Concrete>& arguments, size_t input, Pair wanted);
  uint64_t well_formed(Kind kind);
  uint64_t malformed(Kind kind);
  uint64_t ipa();
  uint64_t pa();
  CompartmentId<Concrete> someone();

  Random random_;
  MachineDescription machine_;
  std::array<uint64_t, 24> recent_ipas_{};  ///< of calls that succeeded
  size_t oldest_ = 0;                       ///< of these
  uint64_t left_of_phase_ = 0;
  std::vector<Call> in_fashion_;  ///< calls that are meant to succeed in this phase
};

}  // namespace bulkhead::cli
