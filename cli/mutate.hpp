#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead mutate`: whether every line that is proved is needed.
void add_mutate(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
