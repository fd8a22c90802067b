#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead report PROOF… --html FILE`: stored proofs and counterexamples as a page.
void add_report(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
