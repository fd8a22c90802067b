#pragma once

#include <string>
#include <vector>

#include "cli/proof_report.hpp"

/// What each solver did in a proof.
namespace bulkhead::cli {

struct SolverTotals {
  std::string solver;  ///< `z3` or `cvc5`
  std::string version;
  size_t goals = 0;    ///< that it was asked about
  size_t unsat = 0;    ///< of those
  double seconds = 0;  ///< of all threads together
};

/// Of the solvers that were chosen, Z3 first. Goals that are shown by a state that was found count for none.
std::vector<SolverTotals> solver_totals(const ProofReport& report);

/// The solvers that answered a goal, as `z3+cvc5`. States are searched for by Z3.
std::string solvers_of(const refine::Obligation& obligation);

}  // namespace bulkhead::cli
