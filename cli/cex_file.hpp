#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "refine/counterexample.hpp"

/// Counterexample files, `bulkhead-cex/1`: everything that a counterexample knows, as JSON that a person can read.
namespace bulkhead::cli {

/// One document. What can be derived (what a descriptor means, the texts of source lines that the tool carries with it)
/// is written along.
std::string cex_text(const refine::Counterexample& counterexample);

/// The counterexample of a document; `file` is what errors call it. What was derived is not read, but for the texts of
/// source lines, which are those of the engine that failed. Throws Error.
refine::Counterexample read_cex(std::string_view text, const std::string& file);

/// Where a stored counterexample came from.
struct StoredCex {
  std::string path;
  refine::Counterexample counterexample;
};

/// The counterexamples of files, and of folders all `.json` files by name but those that say they are another document.
/// Throws Error for a folder without one, and for what cannot be read.
std::vector<StoredCex> load_cexes(const std::vector<std::string>& paths);

/// The name of the file of a goal, within a folder of counterexamples.
std::string cex_file_name(const std::string& goal);

}  // namespace bulkhead::cli
