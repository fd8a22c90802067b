#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/calls.hpp"
#include "refine/goal_record.hpp"
#include "refine/obligation.hpp"

namespace bulkhead::refine {

/// A theorem, and what it says in a few words.
struct Theorem {
  std::string_view name;
  std::string_view says;
  bool about_calls;  ///< it has obligations on each path of each call
};
inline constexpr std::array<Theorem, 11> theorems = {{
    {"initial", "the state at boot is legal, and is the spec's initial state", false},
    {"walk", "what hardware finds in the tables is what the frame table says is mapped", false},
    {"safety", "every belief that the engine states while it runs is true", true},
    {"contract", "status and outputs are those of the spec, the order of refusals included", true},
    {"refinement", "the state afterwards is the spec's", true},
    {"footprint", "nothing else changes, and nothing at all if the call is refused", true},
    {"invariant", "the state afterwards is legal again", true},
    {"maintenance", "barriers and TLB invalidations come where the architecture needs them", true},
    {"exposure", "no CPU can translate, at any moment of a call, what the spec allows neither before nor after it",
     true},
    {"locking", "the call is one step under the engine lock, and reads nothing twice that others can write", true},
    {"nonvacuity", "each path is taken by the engine from a legal state", true},
}};

/// All there is to prove about one subject: a call, the walk, the boot.
struct Part {
  std::string subject;
  std::vector<Obligation> obligations;
  size_t paths = 0;
  double seconds = 0;
};

/// Asked from time to time whether to end early.
using Stop = std::function<bool()>;

/// How many goals are settled, of how many. While goals are still being listed, none is.
struct Progress {
  size_t done;
  size_t all;
};
using Watcher = std::function<void(const Progress&)>;

/// The most memory that a worker may use, unless told otherwise.
inline constexpr unsigned usual_memory_mib = 4096;

struct ProofOptions {
  std::vector<Call> calls;                 ///< none: all calls, and what is about no call
  std::vector<std::string> theorems;       ///< none: all
  unsigned jobs = 0;                       ///< worker processes at a time; 0: one a core
  unsigned memory_mib = usual_memory_mib;  ///< address space of each worker; 0: not limited
  Limits limits = {};
  bool list_only = false;  ///< obligations are named, and not proved
  Watcher progress = {};   ///< called on the thread of the caller
  Stop stop = {};          ///< called on the thread of the caller; workers are ended at once
};

/// What came of it, in an order that does not depend on what finished first. Every goal listed is in it, whatever
/// became of the worker that was to prove it.
struct Proof {
  std::vector<Part> parts;
  double seconds = 0;
  bool stopped = false;  ///< ended early: something is not settled
};

/// What a job does to its goals.
enum class Purpose : uint8_t { list, prove };

/// Told by a job before each goal, and at its end.
using Tell = std::function<void(const GoalRecord&)>;

/// Work for one worker process: names its goals, or settles them, in the same order.
struct Job {
  std::string subject;
  unsigned weight;  ///< the heaviest begin first
  std::function<void(Purpose, const Tell&)> run;
};

/// Proves what the options select, in worker processes: call it while there is one thread. Never throws for what a
/// proof or a worker did: that becomes a fault.
Proof prove(const ProofOptions& options);

/// In seconds: a worker that says nothing for longer is ended. A goal or mutant takes some attempts and perhaps a
/// search, each attempt within its time. A solver that does not keep to it is ended well after that, so that a proof
/// comes to an end whatever a solver does.
constexpr double longest_silence(const Limits& limits) { return 40.0 * limits.timeout_seconds; }

/// The jobs of a selection, in the order of their results.
std::vector<Job> jobs_of(const ProofOptions& options);
/// Runs jobs in workers, first to list their goals, then to prove them. The goal at which a worker fails gets the
/// verdict `fault`, and those that it did not come to are unknown. A goal that was listed and not settled is a fault,
/// and so is one of two with the same name.
Proof run_jobs(const std::vector<Job>& jobs, const ProofOptions& options);

/// Obligations by verdict, and the paths they are on.
struct ProofTotals {
  size_t obligations = 0;
  std::array<size_t, 4> of_verdict{};
  size_t paths = 0;

  size_t of(Verdict verdict) const { return of_verdict[static_cast<size_t>(verdict)]; }
  /// A fault before a refutation before what is unknown. Nothing at all is not proved.
  Verdict verdict() const;
};
ProofTotals totals(const Part& part);
ProofTotals totals(const Proof& proof);

/// How much of its limits a goal took: the solver's resources, summed over all attempts at it, as a part of the
/// resources for one attempt, or its seconds as a part of the seconds for one, whichever is more. May be over 1.
double share_of_limit(const Obligation& goal, const Limits& limits);
/// Whether it took over half: with another seed or on a slower machine it might not be settled.
bool is_near_limit(const Obligation& goal, const Limits& limits);

/// Selected calls and theorems without any obligation; without a selection, any of them all.
std::vector<std::string> missing(const Proof& proof, const ProofOptions& options);

/// The version of Z3.
std::string solver_version();

}  // namespace bulkhead::refine
