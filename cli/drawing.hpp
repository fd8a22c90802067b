#pragma once

#include <optional>
#include <string>
#include <vector>

#include "refine/counterexample.hpp"

/// What a person is shown of a counterexample, on a terminal and on a page alike: first what went wrong, then how it
/// came about, then the state, before beside after, the engine beside the spec.
namespace bulkhead::cli {

/// A place of the state.
struct DrawnRow {
  std::string place;
  std::string before;
  std::string engine;               ///< as the engine left it
  std::optional<std::string> spec;  ///< as the spec wants it; none if the spec does not know such a place
  bool is_wrong = false;            ///< the engine's is not what the spec wants, or contradicts itself
  bool is_here = false;             ///< the goal fails at this place
  /// What it is before the first shown effect and after each; empty for what the engine keeps in records of its own,
  /// whose changes are no effects.
  std::vector<std::string> moments;

  bool has_changed() const { return before != engine; }
};

/// One aspect of the state.
struct DrawnSection {
  std::string id;  ///< a word, for links
  std::string title;
  std::string whose;                ///< the compartment that it is about; empty if it is about all
  std::vector<DrawnRow> rows;       ///< what changed, is wrong, or has to do with the call
  std::vector<std::string> folded;  ///< places of rows that are left out: the same before and after, and right
  bool has_spec() const;
};

/// What is said of the rows that are left out; frames are named, for other sections speak of them. Empty if none is.
std::string folded_words(const DrawnSection& section);

/// A decision of the path; what repeats itself stands once.
struct DrawnStep {
  std::string where;  ///< file and line
  bool taken = false;
  std::string text;  ///< of the line
  size_t times = 1;
};

/// What the engine did to the hardware.
struct DrawnEffect {
  std::string what;   ///< store, dsb ishst, …
  std::string place;  ///< the word, frame or register; empty for a barrier
  std::string does;   ///< in words
  /// After it, until the next, a CPU may translate what it should not.
  bool opens_window = false;
};

struct Drawing {
  std::string goal;
  std::string says;      ///< what should hold
  std::string sentence;  ///< what went wrong
  std::string here;      ///< where, in the names of this drawing; empty if nowhere in particular
  std::string call;      ///< with arguments and caller; empty if no call was made
  std::string engine;    ///< how the engine ended it
  std::string spec;
  std::vector<DrawnStep> path;
  std::string window;                ///< when which CPU may translate what it should not; empty if none does
  std::vector<DrawnEffect> effects;  ///< but for loads, in order
  size_t loads = 0;
  std::vector<DrawnSection> sections;  ///< those with rows
  std::string trace;                   ///< how the state is reached from boot, or why that is not known
};

Drawing draw(const refine::Counterexample& counterexample);

}  // namespace bulkhead::cli
