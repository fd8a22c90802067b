#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead walk FILE|- [--explain]`: what hardware does with stage-2 tables.
void add_walk(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
