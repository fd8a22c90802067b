#pragma once

#include <string>
#include <vector>

#include "cli/cex_file.hpp"

namespace bulkhead::cli {

/// A table of counterexamples: goal, call, how engine and spec ended it, whether a trace from boot is known. At most
/// 100 columns, goals in full on a line of their own.
std::string list_as_text(const std::vector<StoredCex>& all);
/// One document, `bulkhead-cex-list/1`.
std::string list_as_json(const std::vector<StoredCex>& all);

}  // namespace bulkhead::cli
