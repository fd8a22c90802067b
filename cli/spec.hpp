#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead spec [CALL]`: the spec of a call, or of all, as a person reads it.
void add_spec(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
