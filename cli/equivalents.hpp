#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::cli {

/// Mutants that need not be refuted: each must be proved to have no consequence, and has a reason for a person.
struct Equivalent {
  std::string mutants;  ///< a name; `*` stands for anything
  std::string reason;

  bool covers(const std::string& name) const;
};

/// The list as its text has it (`bulkhead-equivalent/1`). Throws `Error`.
std::vector<Equivalent> read_equivalents(std::string_view text, const std::string& file);
/// From a file, or if that is empty the list that the tool was built with.
std::vector<Equivalent> load_equivalents(const std::string& file);

}  // namespace bulkhead::cli
