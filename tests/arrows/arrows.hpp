#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Reads the includes of a source tree and judges them by the table of floors: arrows point down
/// only, Z3 stays in refine/, JSON in one file of model/ and in cli/.
namespace bulkhead::arrows {

/// An include that the architecture does not allow.
struct Finding {
  std::string file;  ///< relative to the root of the tree
  size_t line;       ///< counted from 1; 0 if it is about the file as a whole
  std::string what;

  friend auto operator<=>(const Finding&, const Finding&) = default;
};

/// Every wrong include under `root`, sorted by file and line. Reads *.hpp and *.cpp in the folders
/// of the root, except tests/ (which may include anything), corpus/, docs/, build folders and hidden
/// ones. Throws std::filesystem::filesystem_error if the tree cannot be read.
std::vector<Finding> wrong_arrows(const std::filesystem::path& root);

}  // namespace bulkhead::arrows
