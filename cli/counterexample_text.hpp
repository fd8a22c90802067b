#pragma once

#include <string>
#include <string_view>

#include "refine/counterexample.hpp"

namespace bulkhead::cli {

/// A source file as it is named from the root of the project, whatever folder the compiler ran in.
std::string_view source_name(std::string_view file);

/// The decisions that led here; none if no call was made.
std::vector<refine::PathStep> path_of(const refine::Counterexample& counterexample);

/// The call, the path with its source lines, the place at which the goal fails, and the state before and after, at most
/// 100 columns wide and indented by two.
std::string as_text(const refine::Counterexample& counterexample);

}  // namespace bulkhead::cli
