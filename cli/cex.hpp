#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead cex list|show FILE…`: stored counterexamples.
void add_cex(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
