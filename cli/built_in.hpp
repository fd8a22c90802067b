#pragma once

#include <string_view>

namespace bulkhead::cli {

/// corpus/mutants/equivalent.json as it was when the tool was built.
extern const std::string_view built_in_equivalents;

}  // namespace bulkhead::cli
