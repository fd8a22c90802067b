#include "refine/premise_proof.hpp"

#include "refine/legal_search.hpp"
#include "refine/run.hpp"
#include "refine/step.hpp"

namespace bulkhead::refine {

PremiseProof::PremiseProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only)
    : limits_(limits), wanted_(std::move(wanted)), list_only_(list_only), session_(limits.seed) {}

void PremiseProof::run() {
  for (const Invariant<Symbolic>& invariant : invariants<Symbolic>()) {
    if (!wanted_("nonvacuity")) { return; }
    Obligation goal;
    goal.theorem = "nonvacuity";
    goal.call = "invariants";
    goal.path = std::string(invariant.name);
    goal.conjunct = "premise";
    goal.text = "in some legal state the invariant says something";
    if (!list_only_) {
      session_.begin({});
      const PreState pre(session_);
      const Point p = Point::arbitrary(session_);
      if (invariant.instances == Instances::host) { pre.assume_host_map(p.frame); }
      const SymBool premise = invariant.premise(pre.view(), p.place());
      const Accept is_premise = [&](const ModelState& state) -> std::string {
        const Point at = evaluate_point(state, p);
        const auto engine = state.small().constants();
        const auto host = state.small().constant_host();
        const auto holds = invariant.premise({engine, host}, at.place());
        return holds.is_true() ? "" : "a model does not reproduce on its state";
      };
      settle_witness(goal, find_legal(session_, pre, limits_, premise, is_premise, goal.name()));
    }
    obligations_.push_back(std::move(goal));
  }
}

}  // namespace bulkhead::refine
