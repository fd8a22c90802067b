#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/proof_report.hpp"

/// What reports say of single goals.
namespace bulkhead::cli {

/// In the order of the proof; they live as long as it does.
std::vector<const refine::Obligation*> obligations_where(const refine::Proof& proof,
                                                         const std::function<bool(const refine::Obligation&)>& wanted);

/// Settled, and took over a second; the slowest first.
std::vector<const refine::Obligation*> slow_goals(const refine::Proof& proof);
/// Decided, and might not be with another seed or on a slower machine.
std::vector<const refine::Obligation*> goals_near_limit(const ProofReport& report);

/// Why a goal is not proved: its counterexample, indented by two, or what is known of why.
std::string reason_of(const refine::Obligation& goal);

/// Why a run does not count as a proof though it is no goal that failed.
struct Gap {
  std::string kind;  ///< missing, new, interrupted
  std::string name;  ///< of a goal, a call or a theorem
  std::string text;
};
std::vector<Gap> gaps_of(const ProofReport& report);

}  // namespace bulkhead::cli
