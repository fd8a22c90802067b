#pragma once

#include <string>

#include "cli/drawing.hpp"
#include "cli/drawing_names.hpp"

namespace bulkhead::cli {

/// What went wrong, in one sentence: how the two endings differ, else the first place where engine and spec part, else
/// what a refused call changed, else that the goal does not hold there. Of a drawing that is otherwise complete.
std::string sentence_of(const refine::Counterexample& counterexample, const Drawing& drawing);

/// The parts of the place at which the goal fails, in words; empty if it speaks of none.
std::string here_words(const refine::Counterexample& counterexample, const DrawingNames& names);

}  // namespace bulkhead::cli
