#include <fmt/format.h>

#include <algorithm>

#include "refine/call_mutants.hpp"
#include "refine/invariant_mutants.hpp"
#include "refine/machine_mutants.hpp"
#include "refine/mutant_source.hpp"

namespace bulkhead::refine {
namespace {

/// The more arguments, the more paths, and the more mutants on each.
unsigned weight_of(Call call) {
  if (takes_level(call)) { return 6; }
  return row_of(call).inputs.size() > 1 ? 2 : 1;
}

/// Whether names with the prefix can be among those of a pattern, by what the pattern begins with.
bool can_be_named(const std::string& pattern, const std::string& prefix) {
  const std::string begin = pattern.substr(0, pattern.find_first_of("*?["));
  return begin.starts_with(prefix) || prefix.starts_with(begin);
}

std::vector<MutantSubject> all_subjects(const Limits& limits, const Selection& may_refute, bool explain) {
  std::vector<MutantSubject> subjects = {
      {"boot", {"boot/"}, 2, [=] { return std::make_unique<BootMutants>(limits, may_refute); }},
      {"walker", {"walker/"}, 4, [=] { return std::make_unique<WalkerMutants>(limits, may_refute); }},
      {"invariants", {"invariants/"}, 8, [=] { return std::make_unique<InvariantMutants>(limits, may_refute); }},
  };
  for (const CallRow& row : calls) {
    const std::string name(row.name);
    subjects.push_back(
        {name, {"engine/" + name + "/", "spec/" + name + "/"}, weight_of(row.call), [=, call = row.call] {
           return std::make_unique<CallMutants>(call, limits, may_refute, explain);
         }});
  }
  return subjects;
}

}  // namespace

std::vector<MutantSubject> mutant_subjects(const MutateOptions& options) {
  const Selection may_refute = [without = options.without](const std::string& theorem) { return theorem != without; };
  std::vector<MutantSubject> subjects = all_subjects(options.limits, may_refute, options.explain);
  std::erase_if(subjects, [&](const MutantSubject& subject) {
    const auto is_it = [&](Call call) { return name_of(call) == subject.name; };
    const auto can_be = [&](const std::string& prefix) { return can_be_named(options.only, prefix); };
    const bool is_chosen = options.calls.empty() || std::any_of(options.calls.begin(), options.calls.end(), is_it);
    return !is_chosen || std::none_of(subject.prefixes.begin(), subject.prefixes.end(), can_be);
  });
  return subjects;
}

}  // namespace bulkhead::refine
