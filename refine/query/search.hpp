#pragma once

#include <string>
#include <vector>

#include "refine/query/options.hpp"
#include "refine/query/witness.hpp"

/// Answers a query: is there a legal state, and a step from it, of which the expression holds?
namespace bulkhead::refine::query {

struct Finding {
  enum class Verdict : uint8_t {
    found,
    impossible,
    unknown,  ///< no witness was found, and not every question is answered
  } verdict = Verdict::unknown;
  std::vector<Witness> witnesses;      ///< any two differ in a name, a call or a status
  std::vector<std::string> rests_on;   ///< if impossible: goals of the census, as patterns in which `*` is any part
  std::vector<std::string> undecided;  ///< questions that stayed open, with the reason
  size_t questions = 0;
  double seconds = 0;
  uint64_t rlimit = 0;
};
std::string_view name_of(Finding::Verdict verdict);

Finding find(const Expression& expression, const Options& options);

}  // namespace bulkhead::refine::query
