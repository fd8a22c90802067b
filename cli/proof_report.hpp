#pragma once

#include <string>

#include "cli/census.hpp"
#include "refine/proof.hpp"

/// What a proof looks like: for a person, at most 100 columns wide, and as JSON.
namespace bulkhead::cli {

/// A goal that takes longer is worth a look.
inline constexpr double slow_seconds = 1.0;

struct ProofReport {
  refine::Proof proof;
  refine::ProofOptions options;
  std::string cvc5_version = {};  ///< if it was asked
  CensusCheck census = {};

  /// Of the whole; where something selected has no obligation, or the goals are not those of
  /// the census, that is not proved.
  refine::Verdict verdict() const;
};

/// A line a call, a line a theorem, what was refuted or not decided, and the verdict on the last line.
std::string as_text(const ProofReport& report);
/// One document, `bulkhead-proof/1`.
std::string as_json(const ProofReport& report);

/// A name a line.
std::string census_as_text(const ProofReport& report);
/// One document, `bulkhead-census/1`.
std::string census_as_json(const ProofReport& report);

}  // namespace bulkhead::cli
