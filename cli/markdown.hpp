#pragma once

#include <string>

#include "cli/proof_report.hpp"

namespace bulkhead::cli {

/// A proof as a page for the summary of a CI job: the verdict, tables by theorem and by call, and what failed. At most
/// a mebibyte: where there is more, it says how many it leaves out.
std::string as_markdown(const ProofReport& report);

}  // namespace bulkhead::cli
