#pragma once

#include <string>
#include <string_view>

/// Numbers as a person reads them.
namespace bulkhead::cli {

/// 1234567 as 1,234,567.
std::string counted(size_t count);
/// `counted(2, "goal")` is `2 goals`.
std::string counted(size_t count, std::string_view what);

}  // namespace bulkhead::cli
