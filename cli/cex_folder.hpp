#pragma once

#include <string>

#include "cli/proof_report.hpp"

/// The counterexamples of a proof as files.
namespace bulkhead::cli {

/// Makes the folder if it is not there. Throws Error if files could not be written into it now.
void prepare_folder(const std::string& folder);

/// Writes a file for each refuted goal that has a counterexample, each whole or not at all, and gives how many. Throws
/// std::runtime_error, with the path, at the first that cannot be.
size_t write_counterexamples(const std::string& folder, const ProofReport& report);

}  // namespace bulkhead::cli
