#pragma once

#include <string>
#include <vector>

#include "cli/proof_report.hpp"

namespace bulkhead::cli {

/// Where a proof is reported besides standard output; an empty path is nowhere.
struct ReportFiles {
  std::string junit;
  std::string sarif;
  std::string markdown;
};

/// Throws Error if two are the same file, or one could not be written now.
void check_writable(const ReportFiles& files);
/// Writes each whole or not at all, and gives a line for each that could not be.
std::vector<std::string> write(const ReportFiles& files, const ProofReport& report);

}  // namespace bulkhead::cli
