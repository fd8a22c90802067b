#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "refine/call_proof.hpp"
#include "refine/initial_proof.hpp"
#include "refine/premise_proof.hpp"
#include "refine/proof.hpp"
#include "refine/walk_proof.hpp"

namespace bulkhead::refine {
namespace {

bool is_selected(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// Tells what a proof of type P has settled, when it is about to begin a goal and at its end.
template <class P>
class Teller {
 public:
  explicit Teller(const Tell& tell) : tell_(tell) {}

  void watch(const P& proof) { proof_ = &proof; }
  void begins(const std::string& theorem) {
    GoalRecord record;
    record.begun = theorem;
    if (proof_ != nullptr) {
      const auto& goals = proof_->obligations();
      record.goals.assign(goals.begin() + static_cast<std::ptrdiff_t>(told_), goals.end());
      record.paths = proof_->paths();
      told_ = goals.size();
    }
    tell_(record);
  }
  void ends() { begins(""); }

 private:
  const Tell& tell_;
  const P* proof_ = nullptr;
  size_t told_ = 0;
};

/// A job that runs a proof of type P; `about` are its first arguments.
template <class P, class... About>
Job job(std::string_view subject, unsigned weight, const ProofOptions& options, About... about) {
  const auto run = [=, limits = options.limits, names = options.theorems](Purpose purpose, const Tell& tell) {
    Z3_toggle_warning_messages(false);  // that memory runs out is said below, by name
    Teller<P> teller(tell);
    const auto wanted = [&](const std::string& theorem) {
      const bool is_wanted = is_selected(names, theorem);
      if (is_wanted) { teller.begins(theorem); }
      return is_wanted;
    };
    try {
      P proof(about..., limits, wanted, purpose == Purpose::list);
      teller.watch(proof);
      proof.run();
      teller.ends();
    } catch (const z3::exception& problem) {
      if (problem.msg() == std::string_view("out of memory")) { throw std::bad_alloc(); }
      throw;
    }
  };
  return {std::string(subject), weight, run};
}

/// More arguments are more to check: more paths. A level is a case distinction on top.
unsigned weight_of(Call call) {
  return static_cast<unsigned>(row_of(call).inputs.size()) + (takes_level(call) ? 4U : 0U);
}

}  // namespace

std::vector<Job> jobs_of(const ProofOptions& options) {
  std::vector<Job> jobs;
  const auto add_if = [&](bool wanted, Job job) {
    if (wanted) { jobs.push_back(std::move(job)); }
  };
  const bool whole = options.calls.empty();
  add_if(whole && is_selected(options.theorems, "initial"), job<InitialProof>("initial", 4, options));
  add_if(whole && is_selected(options.theorems, "walk"), job<WalkProof>("walk", 4, options));
  add_if(whole && is_selected(options.theorems, "nonvacuity"), job<PremiseProof>("premises", 4, options));
  const bool about_calls = std::any_of(theorems.begin(), theorems.end(), [&](const Theorem& theorem) {
    return theorem.about_calls && is_selected(options.theorems, theorem.name);
  });
  for (const CallRow& row : calls) {
    const bool named = whole || std::count(options.calls.begin(), options.calls.end(), row.call) != 0;
    add_if(named && about_calls, job<CallProof>(row.name, weight_of(row.call), options, row.call));
  }
  return jobs;
}

}  // namespace bulkhead::refine
