#pragma once

#include <string>
#include <vector>

#include "model/calls.hpp"
#include "refine/mutant.hpp"
#include "refine/proof.hpp"

/// The load-bearing check: a proof that would still pass if the engine did less proves too little. Faults are put into
/// handlers, rules, invariants, the walker and the boot, one at a time, and each must be refuted.
namespace bulkhead::refine {

struct MutateOptions {
  std::vector<Call> calls;                 ///< none: all calls, and what is about no call
  std::string without = {};                ///< a theorem that may not refute: to see what only it sees; empty: none
  std::string only = {};                   ///< mutants of such names, `*` standing for anything; empty: all
  unsigned jobs = 0;                       ///< worker processes at a time; 0: one a core
  unsigned memory_mib = usual_memory_mib;  ///< address space of each worker; 0: not limited
  Limits limits = {};
  bool list_only = false;  ///< mutants are named, and not judged
  unsigned one_in = 1;     ///< one of so many is judged, chosen by name and `limits.seed`
  bool explain = false;    ///< those of calls that are refuted get a counterexample, and it a trace
  Watcher progress = {};   ///< called on the thread of the caller
  Stop stop = {};          ///< called on the thread of the caller; workers are ended at once
};

struct Mutants {
  std::vector<Mutant> all;          ///< in an order that does not depend on what finished first
  std::vector<std::string> faults;  ///< what went wrong with workers: mutants are not judged, or missing
  double seconds = 0;
  bool stopped = false;  ///< ended early: mutants are missing
};

/// Whether a name is one that a pattern stands for; an empty pattern stands for any.
bool is_named(const std::string& pattern, const std::string& name);

/// Whether a mutant is in the sample of one in `one_in`.
bool is_sampled(const std::string& name, unsigned one_in, unsigned seed);

/// Judges every mutant of the selection, in worker processes: call it while there is one thread.
Mutants mutate(const MutateOptions& options);

}  // namespace bulkhead::refine
