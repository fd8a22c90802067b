#include <fmt/format.h>

#include <algorithm>

#include "refine/call_mutants.hpp"
#include "refine/invariant_mutants.hpp"
#include "refine/machine_mutants.hpp"
#include "refine/mutant_source.hpp"

namespace bulkhead::refine {
namespace {

/// The more arguments, the more paths, and the more mutants on each.
unsigned shares_of(Call call) {
  const auto& inputs = row_of(call).inputs;
  const bool has_level =
      std::any_of(inputs.begin(), inputs.end(), [](const Parameter& p) { return p.kind == Kind::level; });
  if (has_level) { return 6; }
  return inputs.size() > 1 ? 2 : 1;
}

}  // namespace

std::vector<MutantSubject> mutant_subjects(const MutateOptions& options) {
  const Selection may_refute = [without = options.without](const std::string& theorem) { return theorem != without; };
  const Limits limits = options.limits;
  std::vector<MutantSubject> subjects;
  if (options.calls.empty()) {
    subjects.push_back({"boot", 2, [=] { return std::make_unique<BootMutants>(limits, may_refute); }});
    subjects.push_back({"walker", 4, [=] { return std::make_unique<WalkerMutants>(limits, may_refute); }});
    subjects.push_back({"invariants", 8, [=] { return std::make_unique<InvariantMutants>(limits, may_refute); }});
  }
  for (const CallRow& row : calls) {
    if (!options.calls.empty() && std::count(options.calls.begin(), options.calls.end(), row.call) == 0) { continue; }
    subjects.push_back({std::string(row.name), shares_of(row.call),
                        [=, call = row.call] { return std::make_unique<CallMutants>(call, limits, may_refute); }});
  }
  return subjects;
}

}  // namespace bulkhead::refine
