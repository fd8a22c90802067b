#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// Declares `bulkhead query`.
void add_query(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
