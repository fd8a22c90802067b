#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// `bulkhead prove [CALL…]`: every call of the engine, from every legal state, does what the spec allows.
void add_prove(CLI::App& app, Io& io, Exit& exit);

}  // namespace bulkhead::cli
