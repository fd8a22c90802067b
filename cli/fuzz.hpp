#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead fuzz`: engine against spec in lockstep on random calls and accesses to memory.
void add_fuzz(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
