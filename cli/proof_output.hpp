#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/proof_report.hpp"
#include "cli/report_files.hpp"

/// What `prove` leaves behind when it is done, and the exit status that goes with it.
namespace bulkhead::cli {

/// The result on standard output, and in the files. A file that cannot be written is said on standard error, and leaves
/// the run undecided.
Exit print_proof(const ProofReport& report, bool json, const ReportFiles& files, Io& io);
/// The names of the goals on standard output, whatever they are compared with, so that a difference can be seen.
Exit print_list(const ProofReport& report, bool json, Io& io);
/// Writes the names of the goals to a file, if all of them could be listed. Throws std::runtime_error if the file
/// cannot be written.
Exit accept_census(const ProofReport& report, const std::string& path, Io& io);
/// Writes the hints found to a file, if everything is proved. Throws std::runtime_error if the file cannot be written.
Exit accept_hints(const ProofReport& report, const std::string& path, Io& io);

}  // namespace bulkhead::cli
