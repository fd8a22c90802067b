#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "refine/counterexample.hpp"

namespace bulkhead::refine {

/// What became of a mutant.
enum class Fate : uint8_t {
  refuted,    ///< a goal fails in a legal state, and the prover does not prove it
  harmless,   ///< every theorem is proved of it: the fault has no consequence
  undecided,  ///< neither was shown
  fault,      ///< Bulkhead disagrees with itself: a goal that fails is proved
};
constexpr Fate last_of(Fate) { return Fate::fault; }
constexpr std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::refuted:
      return "refuted";
    case Fate::harmless:
      return "harmless";
    case Fate::undecided:
      return "undecided";
    case Fate::fault:
      return "fault";
  }
  return "fault";
}

/// One fault, and what the theorems say of it. Names are stable as long as engine and spec are.
struct Mutant {
  std::string name;   ///< `engine/CALL/PATH/EVENT/OPERATOR` and the like
  std::string layer;  ///< `engine`, `spec`, `invariants`, …
  std::string call;
  std::string op;
  std::string where;  ///< source line, where it is known
  Fate fate = Fate::undecided;
  std::string by;      ///< the obligation that refutes it
  std::string detail;  ///< why it is undecided or a fault
  double seconds = 0;
  std::vector<Counterexample> counterexample = {};  ///< one, if it is refuted and one was asked for

  /// The theorem that refutes it.
  std::string theorem() const { return by.substr(0, by.find('/')); }
};

}  // namespace bulkhead::refine
