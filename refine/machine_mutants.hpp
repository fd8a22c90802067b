#pragma once

#include "refine/mutant_source.hpp"
#include "refine/obligation.hpp"
#include "refine/walk_proof.hpp"

namespace bulkhead::refine {

/// Faults in hardware's walker. Only theorem `walk` looks at it. A fault is refuted if a goal no longer follows; no
/// state is looked for.
class WalkerMutants final : public MutantSource {
 public:
  WalkerMutants(Limits limits, Selection may_refute) : limits_(limits), may_refute_(std::move(may_refute)) {}

  std::vector<Mutant> plan() override;
  Mutant judge(size_t number) override;

 private:
  void plan_for(bool of_host);
  void plan_event(const std::string& path, const Mutator& seen, size_t number, bool of_host);

  Limits limits_;
  Selection may_refute_;
  std::vector<WalkerFault> faults_;
  std::vector<Mutant> planned_;
};

/// Faults in what memory holds when the engine has booted. Only theorem `initial` looks at it. A fault is refuted if
/// some platform contradicts a goal; that is not replayed.
class BootMutants final : public MutantSource {
 public:
  BootMutants(Limits limits, Selection may_refute) : limits_(limits), may_refute_(std::move(may_refute)) {}

  std::vector<Mutant> plan() override;
  Mutant judge(size_t number) override;

 private:
  Limits limits_;
  Selection may_refute_;
  std::vector<Mutation> faults_;
  std::vector<Mutant> planned_;
};

}  // namespace bulkhead::refine
