#pragma once

#include <optional>

#include "cli/random.hpp"
#include "model/machine.hpp"
#include "model/trace.hpp"
#include "refine/lockstep.hpp"

namespace bulkhead::cli {

/// 512 pages of one level-3 table that are to lead to one run of frames, so that a block can stand for the table.
struct Run {
  CompartmentId<Concrete> compartment;
  uint64_t ipa = 0;  ///< of the first page
  uint64_t pa = 0;   ///< of the first frame; of some runs not aligned, so that they do not fold
  bool is_shared = false;
  bool is_writable = true;
};

/// Plans on some machines a run in a compartment of its own, which random calls hardly ever come to: it makes the calls
/// that are missing to it one by one, then folds it and splits it again now and then. It looks at the state before each
/// call, so that others may be made in between; when one of its own is refused, it leaves the machine alone.
class RunBuilder {
 public:
  RunBuilder(uint64_t seed, const MachineDescription& machine);

  /// What follows is done on a machine that just booted, in about so many steps.
  void begin_machine(uint64_t steps);
  /// The next call towards the plan, if there is a plan and it is its turn.
  std::optional<trace::CallEvent> next(const refine::ConcreteSpec& state);
  /// The run of this machine from when it is complete; null before. Afterwards it need not be whole any more.
  const Run* built() const { return stage_ == Stage::built || stage_ == Stage::left ? &run_ : nullptr; }

 private:
  enum class Stage : uint8_t {
    none,      ///< no run is planned, or it came to nothing
    building,  ///< some pages are missing
    built,     ///< it is folded and split
    left,      ///< a fold or split was refused
  };

  void plan(bool is_shared);
  trace::CallEvent towards_run(const refine::ConcreteSpec& state);
  std::optional<trace::CallEvent> towards_tables(const refine::ConcreteSpec& state);
  std::optional<trace::CallEvent> towards_pages(const refine::ConcreteSpec& state);
  trace::CallEvent towards_page(const refine::ConcreteSpec& state, uint64_t offset);
  trace::CallEvent fold_or_split(const refine::ConcreteSpec& state);
  trace::CallEvent with_spare(const refine::ConcreteSpec& state, uint64_t pa, const trace::CallEvent& call);
  trace::CallEvent make(Call call, std::initializer_list<uint64_t> words);

  Random random_;
  MachineDescription machine_;
  Stage stage_ = Stage::none;
  Run run_;
  uint64_t mapped_ = 0;  ///< pages of the run, from the first on, that were seen to be mapped
};

}  // namespace bulkhead::cli
