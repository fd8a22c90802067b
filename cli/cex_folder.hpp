#pragma once

#include <string>

#include "cli/proof_report.hpp"

/// The counterexamples of a proof as files.
namespace bulkhead::cli {

/// Makes the folder if it is not there. Throws Error if files could not be written into it now.
void prepare_folder(const std::string& folder);

/// Writes a counterexample, and its trace from boot beside it if it has one, each whole or not at all, under a name
/// made of the goal or of `name`. Throws std::runtime_error, with the path, if it cannot be.
void write_counterexample(const std::string& folder, const std::string& name, const refine::Counterexample& cex);

/// The same for each refuted goal that has a counterexample; gives how many.
size_t write_counterexamples(const std::string& folder, const ProofReport& report);

}  // namespace bulkhead::cli
