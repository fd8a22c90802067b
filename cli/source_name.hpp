#pragma once

#include <string_view>

namespace bulkhead::cli {

/// A source file as it is named from the root of the project, whatever folder the compiler ran in.
std::string_view source_name(std::string_view file);

}  // namespace bulkhead::cli
