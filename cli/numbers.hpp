#pragma once

#include <string>

/// Checks of numbers among a command's options, stricter than those that CLI11 brings: it takes a
/// number that is too large for the largest, and NaN for a number in any range. Each gives what is
/// wrong; nothing if nothing is.
namespace bulkhead::cli {

/// A number in 0..2^64-1, in decimal.
std::string natural_problem(const std::string& text);
/// A finite number above 0.
std::string seconds_problem(const std::string& text);

}  // namespace bulkhead::cli
