#pragma once

#include <istream>
#include <string>
#include <vector>

#include "refine/proof.hpp"

/// The hints that the proof begins with (refine/hints.hpp), as a list that is checked in: one goal a line, its name and
/// the facts that its proof needs. They make the proof fast, and no goal depends on them.
namespace bulkhead::cli {

/// The hints of a list. Throws Error for a line that is no goal with its facts, and a goal that stands there twice.
/// `file` is what the error calls the list. An empty list has no hints.
refine::Hints hints_of(std::istream& in, const std::string& file);
/// The hints of a file, or those that the tool was built with, corpus/hints.txt, if the path is empty. Throws Error
/// also for what cannot be read.
refine::Hints read_hints(const std::string& path);

/// The hints after a proof that looked for them: those of its goals, and those it had for goals it was not about.
refine::Hints renewed_hints(const refine::Proof& proof, const refine::ProofOptions& options);
/// As a list, sorted by name.
std::string hints_as_text(const refine::Hints& hints);

/// The goals that are proved, but not from their hints alone: those are out of date.
std::vector<std::string> stale_hints(const refine::Proof& proof);

}  // namespace bulkhead::cli
