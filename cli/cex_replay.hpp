#pragma once

#include <string>
#include <vector>

#include "cli/cex_file.hpp"
#include "refine/recheck.hpp"

/// Stored counterexamples tried again on the engine, the spec and the walker of this program.
namespace bulkhead::cli {

/// What came of one.
struct Retrial {
  std::string path;
  std::string goal;
  refine::Recheck recheck;
  std::string trace;  ///< what its trace from boot says: `diverges at line 12`, `conforms`; empty if it has none

  /// The violation is still there: by the state, or by the trace.
  bool stands() const { return recheck.stands() || trace.starts_with("diverges"); }
  /// Nothing can be said: its state is not one that invariants allow.
  bool is_undecided() const { return !stands() && !recheck.legal; }
};

Retrial retry(const StoredCex& stored);

std::string retrials_as_text(const std::vector<Retrial>& all);
/// One document, `bulkhead-cex-replay/1`.
std::string retrials_as_json(const std::vector<Retrial>& all);

}  // namespace bulkhead::cli
