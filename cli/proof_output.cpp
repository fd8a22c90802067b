#include "cli/proof_output.hpp"

#include <fmt/format.h>

#include "cli/counted.hpp"
#include "cli/hints.hpp"
#include "cli/output_file.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

Exit exit_of(const refine::Proof& proof, refine::Verdict verdict) {
  if (proof.stopped) { return Exit::undecided; }
  switch (verdict) {
    case refine::Verdict::proved:
      return Exit::holds;
    case refine::Verdict::refuted:
      return Exit::violated;
    case refine::Verdict::unknown:
    case refine::Verdict::fault:
      return Exit::undecided;
  }
  return Exit::undecided;
}

/// A list holds if there is one, and no path was lost on the way to it.
Exit exit_of_list(const refine::Proof& proof) {
  const refine::ProofTotals sum = totals(proof);
  const bool whole = !proof.stopped && sum.obligations != 0 && sum.of(refine::Verdict::fault) == 0;
  return whole ? Exit::holds : Exit::undecided;
}

}  // namespace

Exit print_list(const ProofReport& report, bool json, Io& io) {
  io.out << (json ? census_as_json(report) : census_as_text(report));
  if (totals(report.proof).obligations == 0) { io.err << "bulkhead: no obligation is in this selection\n"; }
  if (report.census.holds()) { return exit_of_list(report.proof); }
  io.err << fmt::format(
      "bulkhead: not the goals of the census: {} missing, {} new; `bulkhead prove` names them, "
      "--accept-census takes them over\n",
      counted(report.census.missing.size()), counted(report.census.added.size()));
  return Exit::undecided;
}

Exit print_proof(const ProofReport& report, bool json, const ReportFiles& files, Io& io) {
  io.out << (json ? as_json(report) : as_text(report));
  const auto problems = write(files, report);
  for (const std::string& problem : problems) { io.err << "bulkhead: " << problem << '\n'; }
  return problems.empty() ? exit_of(report.proof, report.verdict()) : Exit::undecided;
}

Exit accept_census(const ProofReport& report, const std::string& path, Io& io) {
  if (const Exit exit = exit_of_list(report.proof); exit != Exit::holds) {
    io.err << fmt::format("bulkhead: {}: not written: not all goals could be listed\n", printable(path, 4096));
    return exit;
  }
  write_file(path, census_as_text(report));
  io.out << fmt::format("{} written to {}\n", counted(totals(report.proof).obligations, "goal"), path);
  return Exit::holds;
}

Exit accept_hints(const ProofReport& report, const std::string& path, Io& io) {
  const Exit exit = exit_of(report.proof, report.verdict());
  if (exit != Exit::holds) {
    io.err << fmt::format("bulkhead: {}: not written: not all goals are proved\n", printable(path, 4096));
    return exit;
  }
  const refine::Hints hints = renewed_hints(report.proof, report.options);
  write_file(path, hints_as_text(hints));
  io.out << fmt::format("{} written to {}\n", counted(hints.size(), "hint"), path);
  return Exit::holds;
}

}  // namespace bulkhead::cli
