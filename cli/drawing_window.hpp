#pragma once

#include "cli/drawing.hpp"
#include "cli/drawing_names.hpp"

namespace bulkhead::cli {

/// Between which effects which CPU may translate what it should not, as a sentence; empty if a counterexample is not
/// about that. The effects of the drawing are numbered as it lists them.
std::string window_words(const refine::Counterexample& counterexample, const DrawingNames& names,
                         const Drawing& drawing);

}  // namespace bulkhead::cli
