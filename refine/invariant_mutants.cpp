#include "refine/invariant_mutants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/call_proof.hpp"
#include "refine/invariants.hpp"
#include "refine/prestate.hpp"
#include "refine/step.hpp"
#include "refine/walk_proof.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// Thrown where there is no need to go on.
struct Enough {};

/// How many clauses each invariant has.
std::vector<size_t> clause_counts() {
  Session session;
  session.begin({});
  const PreState pre(session);
  const Point p = Point::arbitrary(session);
  std::vector<size_t> counts;
  session.quietly([&] {
    for (const Invariant<S>& invariant : invariants<S>()) {
      counts.push_back(invariant.conclusion(pre.view(), p.place()).size());
    }
  });
  return counts;
}

/// Runs a proof until a goal is refuted. Goals left undecided are noted: then nothing is shown by none being refuted.
template <class P, class... About>
void prove_until_refuted(const Limits& limits, const Selection& may_refute, Mutant& mutant, About... about) {
  const P* running = nullptr;
  const auto is_refuted = [&](const Obligation& goal) {
    if (goal.someone_says("sat")) {
      mutant.fate = Fate::refuted;
      mutant.by = goal.name();
      return true;
    }
    if (goal.verdict != Verdict::proved && mutant.detail.empty()) {
      mutant.fate = Fate::undecided;
      mutant.detail = fmt::format("{}: {}", goal.name(), goal.detail);
    }
    return false;
  };
  const Selection wanted = [&](const std::string& theorem) {
    if (running != nullptr && !running->obligations().empty() && is_refuted(running->obligations().back())) {
      throw Enough{};
    }
    return theorem != "nonvacuity" && may_refute(theorem);
  };
  P proof(about..., limits, wanted, false);
  running = &proof;
  try {
    proof.run();
    if (!proof.obligations().empty()) { is_refuted(proof.obligations().back()); }
  } catch (const Enough&) {}
}

}  // namespace

std::vector<Mutant> InvariantMutants::plan() {
  planned_.clear();
  clauses_.clear();
  const std::vector<size_t> counts = clause_counts();
  for (size_t i = 0; i < counts.size(); ++i) {
    for (size_t c = 0; c < counts[i]; ++c) {
      Mutant mutant;
      mutant.layer = "invariants";
      mutant.op = "clause drop";
      mutant.name = fmt::format("invariants/{}/clause.{}/drop", invariants<S>()[i].name, c + 1);
      clauses_.push_back({i, c});
      planned_.push_back(std::move(mutant));
    }
  }
  return planned_;
}

Mutant InvariantMutants::judge(size_t number) {
  Mutant mutant = planned_.at(number);
  Limits limits = limits_;
  limits.searches = false;
  const Weakening weakening(clauses_.at(number).invariant, clauses_.at(number).clause);
  mutant.fate = Fate::harmless;
  prove_until_refuted<WalkProof>(limits, may_refute_, mutant);
  for (const CallRow& row : calls) {
    if (mutant.fate == Fate::refuted) { break; }
    prove_until_refuted<CallProof>(limits, may_refute_, mutant, row.call);
  }
  if (mutant.fate == Fate::refuted) { mutant.detail.clear(); }
  return mutant;
}

}  // namespace bulkhead::refine
