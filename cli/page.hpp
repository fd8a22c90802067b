#pragma once

#include <string>
#include <vector>

#include "cli/cex_file.hpp"
#include "cli/stored_proof.hpp"

namespace bulkhead::cli {

/// One HTML page that needs nothing else: proofs by call and by theorem with their durations, what is not proved, and
/// the counterexamples, each with its drawing.
std::string page_of(const std::vector<StoredProof>& proofs, const std::vector<StoredCex>& counterexamples);

}  // namespace bulkhead::cli
