#include "cli/export_index.hpp"

#include "cli/document.hpp"
#include "refine/goal_files.hpp"
#include "refine/second_opinion.hpp"

namespace bulkhead::cli {
namespace {

using refine::Obligation;

Json entry_of(const Obligation& goal) {
  return {{"name", goal.name()},
          {"file", refine::file_of_goal(goal.name())},
          {"theorem", goal.theorem},
          {"call", goal.call},
          {"path", goal.path},
          {"conjunct", goal.conjunct},
          {"says", goal.text},
          {"expected", refine::known_answer(goal)},
          {"assertions", goal.assertions}};
}

std::string why_left_out(const Obligation& goal) {
  if (goal.theorem == "nonvacuity") {
    return "shown by a legal state that is found, checked and run; not by a solver's answer";
  }
  return "no solver was asked: " + goal.detail;
}

}  // namespace

std::string export_index(const ProofReport& report) {
  Json goals = Json::array();
  Json left_out = Json::array();
  for (const refine::Part& part : report.proof.parts) {
    for (const Obligation& goal : part.obligations) {
      if (goal.assertions != 0) {
        goals.push_back(entry_of(goal));
      } else {
        left_out.push_back({{"name", goal.name()}, {"why", why_left_out(goal)}});
      }
    }
  }
  return text_of({{"schema", "bulkhead-export/1"}, {"logic", "QF_UFBV"}, {"goals", goals}, {"left_out", left_out}});
}

}  // namespace bulkhead::cli
