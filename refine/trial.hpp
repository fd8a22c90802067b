#pragma once

#include <optional>
#include <string>
#include <vector>

#include "refine/obligation.hpp"
#include "refine/run.hpp"

namespace bulkhead::refine {

/// A statement that is false of a run on constants, and the point at which it is.
struct Failure {
  std::string theorem;
  std::string conjunct;
  Status status;  ///< with which the run ended
  Point point;
  std::string text = {};  ///< what should hold
};

/// Tries the statements about a run from a legal state at the places that it, or the run without a fault, touched, at
/// their neighbours, and at the indices of `words`. Where none fails nothing is shown: what holds is for the prover to
/// say.
std::optional<Failure> first_failure(const Step& step, const Step& without_fault,
                                     const std::set<SmallState::Key>& words, const Selection& wanted);

}  // namespace bulkhead::refine
