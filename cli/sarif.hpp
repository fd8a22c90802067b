#pragma once

#include <string>

#include "cli/proof_report.hpp"

namespace bulkhead::cli {

/// A proof as a SARIF 2.1.0 log. Results are refutations, at the line of the handler's last decision, with the path as
/// a code flow. What is not decided says nothing of the code: it is a notification, and the execution was not
/// successful.
std::string as_sarif(const ProofReport& report);

}  // namespace bulkhead::cli
