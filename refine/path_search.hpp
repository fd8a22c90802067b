#pragma once

#include <functional>
#include <map>
#include <string>

#include "refine/path.hpp"

namespace bulkhead::refine {

/// Why a run from a state is not the path once more; empty if it is.
std::string departure(const ModelState& state, const Path& path, const Rerun& rerun);

/// Searches for legal states on the paths of one call, each replayed on the concrete engine before it counts.
class PathSearch {
 public:
  PathSearch(Session& session, Limits limits) : session_(session), limits_(limits) {}

  /// A legal state that takes the path and satisfies the condition; the concrete engine must take that very path.
  /// `seen` is told of the run from the state that is found. It is for the goal of that name, if any.
  Search witness(Path& path, const SymBool& condition, const std::function<void(const Step&)>& seen,
                 const std::string& goal = {});

  /// Says whether a run on constants, at a point, is what is searched for; if not, why.
  using Judge = std::function<std::string(const Rerun&, const Point&)>;
  /// A legal state that satisfies the condition, with which a goal of the theorem fails. A wrong handler breaks many
  /// goals at once: what is spent on searches is bounded for each theorem once the first counterexample is there; the
  /// goals that are left over are unknown. Until then `most` is spent.
  Search counterexample(Path& path, const std::string& theorem, unsigned most, const SymBool& condition,
                        const Judge& judge);
  /// Whether some goal of the call is refuted.
  bool has_refuted() const { return refuted_ != 0; }

 private:
  SymBool agrees_with(const ModelState& state, const Path& path) const;
  Search search(Path& path, unsigned rlimit, const SymBool& condition, const Accept& accept,
                const std::string& goal = {});

  Session& session_;
  Limits limits_;
  size_t refuted_ = 0;
  std::map<std::string, uint64_t> searched_;  ///< what searches for counterexamples have used of Z3, by theorem
};

}  // namespace bulkhead::refine
