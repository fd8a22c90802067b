#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace bulkhead::cli {

/// Runs the tool with its arguments, the program's name left out, and gives its exit status. Whatever
/// goes wrong is one line on `io.err`.
int run(const std::vector<std::string>& arguments, Io& io);

}  // namespace bulkhead::cli
