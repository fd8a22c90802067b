#pragma once

#include "refine/mutant_source.hpp"
#include "refine/obligation.hpp"

namespace bulkhead::refine {

/// Invariants with a clause left out. Such a mutant is both easier to keep and of less use; it is refuted by any goal
/// of any call, or of the walk, that is no longer proved: the solver finds a model of its negation.
class InvariantMutants final : public MutantSource {
 public:
  InvariantMutants(Limits limits, Selection may_refute) : limits_(limits), may_refute_(std::move(may_refute)) {}

  std::vector<Mutant> plan() override;
  Mutant judge(size_t number) override;

 private:
  struct Clause {
    size_t invariant;
    size_t clause;
  };
  Limits limits_;
  Selection may_refute_;
  std::vector<Clause> clauses_;
  std::vector<Mutant> planned_;
};

}  // namespace bulkhead::refine
