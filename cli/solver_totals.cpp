#include "cli/solver_totals.hpp"

namespace bulkhead::cli {
namespace {

using refine::Obligation;
using refine::Opinion;
using refine::Solvers;

void add(SolverTotals& sum, const Obligation& obligation) {
  for (const Opinion& opinion : obligation.opinions) {
    if (opinion.solver != sum.solver) { continue; }
    ++sum.goals;
    sum.unsat += opinion.says == "unsat" ? 1 : 0;
    sum.seconds += opinion.seconds;
  }
}

}  // namespace

std::vector<SolverTotals> solver_totals(const ProofReport& report) {
  const Solvers solvers = report.options.limits.judging.solvers;
  std::vector<SolverTotals> all;
  if (solvers != Solvers::cvc5) { all.push_back({"z3", refine::solver_version()}); }
  if (solvers != Solvers::z3) { all.push_back({"cvc5", report.cvc5_version}); }
  for (SolverTotals& sum : all) {
    for (const refine::Part& part : report.proof.parts) {
      for (const Obligation& obligation : part.obligations) { add(sum, obligation); }
    }
  }
  return all;
}

std::string solvers_of(const Obligation& obligation) {
  std::string names;
  for (const Opinion& opinion : obligation.opinions) {
    names += (names.empty() ? "" : "+") + std::string(opinion.solver);
  }
  return names.empty() ? "z3" : names;
}

}  // namespace bulkhead::cli
