#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "refine/proof.hpp"

/// The goals that a proof must have, by name: a list that is checked in and changes only on purpose, so that a goal
/// which goes missing is seen.
namespace bulkhead::cli {

using GoalNames = std::vector<std::string>;

/// Whether it could be the name of a goal, `theorem/call/path/conjunct`.
bool is_goal_name(std::string_view text);

/// The list that the tool was built with, corpus/census.txt.
std::string_view built_in_census();

/// The names of a list, one a line: `theorem/call/path/conjunct`. Throws Error for an empty list, a line that is no
/// such name, and a name that stands there twice. `file` is what the error calls the list.
GoalNames goal_names(std::istream& in, const std::string& file);
/// The names of a file, or of the built-in list if the path is empty. Throws Error also for what cannot be read.
GoalNames read_census(const std::string& path);

/// Whether a proof with these options is about the goal, by its name.
bool is_selected(std::string_view name, const refine::ProofOptions& options);

/// How the goals of a run differ from the list, where both are selected.
struct CensusCheck {
  size_t locked = 0;  ///< names in the list
  GoalNames missing;  ///< in the list, not in the run
  GoalNames added;    ///< in the run, not in the list

  bool holds() const { return missing.empty() && added.empty(); }
};

/// Compares what the options select of the list with the goals of a proof. That something could not be listed is a
/// fault of the run and no new goal.
CensusCheck compare(const GoalNames& list, const refine::Proof& proof, const refine::ProofOptions& options);

}  // namespace bulkhead::cli
