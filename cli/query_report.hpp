#pragma once

#include <string>

#include "refine/query/search.hpp"

namespace bulkhead::cli {

/// What was asked and what came of it.
struct QueryReport {
  refine::query::Expression expression;
  refine::query::Options options;
  refine::query::Finding finding;
};

/// At most 100 columns wide: the witnesses, or the goals that an impossibility rests on, and a line with the verdict.
std::string as_text(const QueryReport& report);
/// The document `bulkhead-query/1`.
std::string as_json(const QueryReport& report);
/// The functions, what a step has, and the constants, for a person.
std::string vocabulary_text();

}  // namespace bulkhead::cli
