#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "refine/counterexample.hpp"

namespace bulkhead::refine {

enum class Verdict : uint8_t {
  proved,
  refuted,  ///< a legal state was found, and the violation reproduces on the concrete engine
  unknown,  ///< out of resources, or no legal state found
  fault,    ///< Bulkhead disagrees with itself
};
constexpr Verdict last_of(Verdict) { return Verdict::fault; }
constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::unknown:
      return "unknown";
    case Verdict::fault:
      return "fault";
  }
  return "fault";
}

/// Who decides whether a goal is proved.
enum class Solvers : uint8_t { z3, cvc5, both };
constexpr std::string_view name_of(Solvers solvers) {
  switch (solvers) {
    case Solvers::z3:
      return "z3";
    case Solvers::cvc5:
      return "cvc5";
    case Solvers::both:
      return "both";
  }
  return "z3";
}

/// What one solver said of a goal.
struct Opinion {
  std::string solver;  ///< `z3` or `cvc5`
  std::string says;    ///< of the negated goal: `unsat`, `sat`, `unknown` or `nonsense`
  double seconds = 0;
};

/// Facts by name: the origin, a colon and a number, from 1, among those of that origin. Names last as long as no fact
/// of the same origin comes before.
using Hint = std::vector<std::string>;
/// Of a goal, by its name, the facts that its proof needs.
using Hints = std::map<std::string, Hint, std::less<>>;

/// The name of a goal.
inline std::string goal_name(std::string_view theorem, std::string_view call, std::string_view path,
                             std::string_view conjunct) {
  std::string name;
  for (const std::string_view part : {theorem, call, path}) { name.append(part).append("/"); }
  return name.append(conjunct);
}

/// One goal and what came of it. The name `theorem/call/path/conjunct` is stable.
struct Obligation {
  std::string theorem;
  std::string call;
  std::string path;
  std::string conjunct;
  std::string text;  ///< what holds, as a sentence
  Verdict verdict = Verdict::unknown;
  double seconds = 0;
  uint64_t rlimit = 0;                         ///< Z3's resource count
  std::string detail;                          ///< why it is unknown or a fault
  std::vector<Counterexample> counterexample;  ///< one, if refuted
  bool reached = true;                         ///< false: it was listed, and nobody tried to prove it
  std::vector<Opinion> opinions;               ///< of the solvers asked; none if it is shown by a state that was found
  size_t assertions = 0;                       ///< how many the solvers were last told
  Hint hint;                                   ///< if hints are looked for: the facts that its proof needs
  bool hint_is_stale = false;                  ///< it is proved, but not from the facts of its hint alone

  std::string name() const { return goal_name(theorem, call, path, conjunct); }
  /// Whether a solver that was asked gave that answer.
  bool someone_says(std::string_view answer) const;
};

/// An obligation of that name, `theorem/call/path/conjunct`, about which nothing else is known but what it says.
Obligation obligation_named(const std::string& name, const std::string& says);

/// Which theorems are wanted; asked before each goal, when those before it are settled.
using Selection = std::function<bool(const std::string& theorem)>;

/// Who judges the goals besides Z3, and where goals are written to.
struct Judging {
  Solvers solvers = Solvers::z3;
  std::string disagreements = ".";  ///< the folder for the text of a goal on which solvers disagree
  std::string exported;             ///< the folder for the text of every goal; empty: none is written
  std::shared_ptr<const Hints> hints = std::make_shared<const Hints>();  ///< what Z3 is asked from first; shared by all
  bool finds_hints = false;                                              ///< whether they are looked for
};

/// What bounds the search for each goal, and who judges it.
struct Limits {
  unsigned rlimit = 40'000'000;   ///< resources of the solver for an attempt
  unsigned timeout_seconds = 60;  ///< for an attempt
  unsigned seed = 0;
  bool searches = true;  ///< for a counterexample to a goal that is not proved; if not, the goal is left unknown
  bool traces = false;   ///< a counterexample gets a trace from boot
  Judging judging = {};
};

}  // namespace bulkhead::refine
