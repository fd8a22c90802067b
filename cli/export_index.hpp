#pragma once

#include <string>

#include "cli/proof_report.hpp"

namespace bulkhead::cli {

/// What an export holds, as one document, `bulkhead-export/1`: each goal of the proof with its file, or why it has
/// none.
std::string export_index(const ProofReport& report);

}  // namespace bulkhead::cli
