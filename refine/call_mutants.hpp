#pragma once

#include <optional>
#include <string>
#include <vector>

#include "refine/bare_path.hpp"
#include "refine/known_path.hpp"
#include "refine/mutant_source.hpp"
#include "refine/path.hpp"
#include "refine/recheck.hpp"
#include "refine/rule_mutants.hpp"
#include "refine/solving.hpp"
#include "refine/trial.hpp"

namespace bulkhead::refine {

/// A mutant that is yet to be judged.
struct PlannedMutant {
  Mutant mutant;
  CallFault fault;
  const KnownPath* path = nullptr;  ///< one that a fault of the handler is on
  int never_first = -1;             ///< of a fault of the rule: the refusal that can no longer come first
};

/// Every fault in the handler and in the rule of one call, and whether the theorems see it.
///
/// A mutant is first run on constants, from legal states that take the path in question: where a statement fails there,
/// the prover is asked about that statement, state and place, and must not prove it. Where none fails, the goals that
/// the fault can change are proved, and the fault has no consequence; or one is refuted after all.
class CallMutants final : public MutantSource {
 public:
  /// `wanted` says which theorems may refute.
  CallMutants(Call call, Limits limits, Selection wanted, bool explains = false);

  std::vector<Mutant> plan() override;
  Mutant judge(size_t number) override;

 private:
  void plan_handler();
  void plan_event(const KnownPath& path, size_t number);
  void plan_rule();
  bool is_refuted(const PlannedMutant& planned, Mutant& mutant);
  bool refute_from(const Situation& situation, const CallFault& fault, Mutant& mutant);
  static void complete(Counterexample& found, const CallFault& fault, Mutant& mutant);
  void explain_mutant(const Rerun& rerun, const Point& point, Mutant& mutant) const;
  std::optional<Failure> try_on(const Situation& situation, const CallFault& fault, Mutator& mutator) const;
  void ask_prover(const Situation& situation, const CallFault& fault, const std::vector<bool>& answers,
                  const Failure& failure, Mutant& mutant);
  Answer answer_of_prover(const Situation& situation, const CallFault& fault, const std::vector<bool>& answers,
                          const Failure& failure);
  SymBool is_in(const Situation& situation);
  void settle_by_proof(const CallFault& fault, const KnownPath* path, Mutant& mutant);
  bool settle_path(const CallFault& fault, Mutant& mutant);
  bool settle_goal(const Path& path, const std::string& name, const SymBool& holds, const Claim& claim,
                   const CallFault& fault, Mutant& mutant);
  Search search_counterexample(const std::string& name, const Claim& claim, const CallFault& fault, unsigned rlimit,
                               Mutant& mutant);
  void settle_by_nonvacuity(const PlannedMutant& planned, Mutant& mutant);
  bool follows_as_before(const std::string& theorem, Status status, const std::string& conjunct, const SymBool& holds);
  const KnownPath* same_path();
  std::string name_of_goal(const std::string& theorem, Status status, const std::string& conjunct) const;

  Call call_;
  Limits limits_;
  Selection wanted_;
  bool explains_;  ///< a refuted mutant gets a counterexample
  Session session_;
  BarePath bare_;
  std::vector<KnownPath> paths_;
  std::vector<RuleMutant> rules_;
  std::vector<PlannedMutant> planned_;
};

}  // namespace bulkhead::refine
