#include "refine/bare_path.hpp"

#include "refine/goal_facts.hpp"

namespace bulkhead::refine {

Path& BarePath::like(const Session& other, Call call, const CallFault& fault) {
  if (path_ != nullptr) { return *path_; }
  std::vector<bool> choices;
  for (const Decision& decision : other.decisions()) { choices.push_back(decision.taken); }
  session_.begin(std::move(choices));
  Mutator mutator(fault.of_handler);
  path_ = std::make_unique<Path>(session_, call, fault.of_handler ? &mutator : nullptr);
  if (fault.rule != nullptr) { path_->step->rule = fault.rule; }
  apply_rule(*path_->step);
  relate_witnesses(session_, *path_);
  path_->applications = session_.applications().size();
  return *path_;
}

}  // namespace bulkhead::refine
