#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "refine/mutate.hpp"

namespace bulkhead::refine {

/// Mutants of one subject: a call, the invariants, the walker, the boot.
class MutantSource {
 public:
  virtual ~MutantSource() = default;
  /// Their names and all else that is known before they are judged, always in the same order.
  virtual std::vector<Mutant> plan() = 0;
  /// Judges one, by its place in the plan.
  virtual Mutant judge(size_t number) = 0;
};

/// A subject, and how its mutants are made.
struct MutantSubject {
  std::string name;
  std::vector<std::string> prefixes;  ///< how the names of its mutants begin
  unsigned weight;                    ///< of the work, against that of other subjects
  std::function<std::unique_ptr<MutantSource>()> open;
};

/// The subjects of a selection, in order.
std::vector<MutantSubject> mutant_subjects(const MutateOptions& options);

}  // namespace bulkhead::refine
