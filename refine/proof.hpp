#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/calls.hpp"
#include "refine/obligation.hpp"

namespace bulkhead::refine {

/// A theorem, and what it says in a few words.
struct Theorem {
  std::string_view name;
  std::string_view says;
  bool about_calls;  ///< it has obligations on each path of each call
};
inline constexpr std::array<Theorem, 9> theorems = {{
    {"initial", "the state at boot is legal, and is the spec's initial state", false},
    {"walk", "what hardware finds in the tables is what the frame table says is mapped", false},
    {"safety", "every belief that the engine states while it runs is true", true},
    {"contract", "status and outputs are those of the spec, the order of refusals included", true},
    {"refinement", "the state afterwards is the spec's", true},
    {"footprint", "nothing else changes, and nothing at all if the call is refused", true},
    {"invariant", "the state afterwards is legal again", true},
    {"maintenance", "barriers and TLB invalidations come where the architecture needs them", true},
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

/// How many jobs are done, of how many.
struct Progress {
  size_t done;
  size_t all;
};
using Watcher = std::function<void(const Progress&)>;

struct ProofOptions {
  std::vector<Call> calls;            ///< none: all calls, and what is about no call
  std::vector<std::string> theorems;  ///< none: all
  unsigned jobs = 0;                  ///< threads; 0: one a core
  Limits limits = {};
  bool list_only = false;  ///< obligations are named, and not proved
  Watcher progress = {};   ///< called on the thread of the caller
  Stop stop = {};          ///< called on the thread of the caller; goals begun are finished
};

/// What came of it, in an order that does not depend on what finished first.
struct Proof {
  std::vector<Part> parts;
  double seconds = 0;
  bool stopped = false;  ///< ended early: something is missing
};

/// Work for one thread. It fills its part as it goes: what is there when it throws is kept.
struct Job {
  std::string subject;
  unsigned weight;  ///< the heaviest begin first
  std::function<void(Part&, const Stop&)> prove;
};

/// Proves what the options select. Never throws for what a proof did: that becomes a fault.
Proof prove(const ProofOptions& options);

/// The jobs of a selection, in the order of their results.
std::vector<Job> jobs_of(const ProofOptions& options);
/// Runs jobs on threads. One that throws gets an obligation with the verdict `fault`, and so does one of two
/// obligations with the same name.
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

/// Selected calls and theorems without any obligation; without a selection, any of them all.
std::vector<std::string> missing(const Proof& proof, const ProofOptions& options);

/// The version of Z3.
std::string solver_version();

}  // namespace bulkhead::refine
