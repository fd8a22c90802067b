#pragma once

#include <string>

#include "cli/proof_report.hpp"

namespace bulkhead::cli {

/// A proof as JUnit XML: a test suite a call, a test case a goal; a failure is a refutation, an error what is not
/// decided. What is missing, new or interrupted is in a suite of its own, so that there is no error or failure if and
/// only if everything is proved.
std::string as_junit(const ProofReport& report);

}  // namespace bulkhead::cli
