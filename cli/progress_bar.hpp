#pragma once

#include <string>
#include <string_view>

namespace bulkhead::cli {

/// How far a run is, in one line: `[=====     ] 1,204 of 2,385 goals, 6 s left`. The time left is what the rest takes
/// if it goes on as in the seconds so far; nothing is said of it before there is anything to go by.
std::string progress_bar(size_t done, size_t all, std::string_view what, double seconds);

}  // namespace bulkhead::cli
