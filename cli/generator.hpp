#pragma once

#include "cli/coverage.hpp"
#include "cli/judge.hpp"
#include "cli/random.hpp"
#include "cli/run_builder.hpp"

namespace bulkhead::cli {

/// Makes up calls and accesses to memory. It knows nothing of single calls: it picks a call and a status
/// that it wants, those that came up less first, and draws arguments from small pools of ids, frames and
/// pages until the spec says that the call returns that status. Runs of frames are beyond its luck: a builder makes
/// them in between.
class Generator {
 public:
  Generator(uint64_t seed, const MachineDescription& machine);

  /// What follows is done on a machine that just booted, in about so many steps.
  void begin_machine(uint64_t steps) { runs_.begin_machine(steps); }
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
  uint64_t offset_in_run();
  CompartmentId<Concrete> someone();

  Random random_;
  MachineDescription machine_;
  RunBuilder runs_;
  std::array<uint64_t, 24> recent_ipas_{};  ///< of calls that succeeded
  size_t oldest_ = 0;                       ///< of these
  uint64_t left_of_phase_ = 0;
  std::vector<Call> in_fashion_;  ///< calls that are meant to succeed in this phase
};

}  // namespace bulkhead::cli
