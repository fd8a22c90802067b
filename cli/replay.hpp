#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead replay TRACE…`: judges recorded traces by spec, engine or both.
void add_replay(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
