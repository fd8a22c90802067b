#include "cli/counterexample_rows.hpp"
#include "cli/document.hpp"
#include "cli/hints.hpp"
#include "cli/proof_report.hpp"
#include "cli/solver_totals.hpp"
#include "cli/source_name.hpp"

namespace bulkhead::cli {
namespace {

using refine::Counterexample;
using refine::Obligation;
using refine::Part;
using refine::ProofTotals;
using refine::Verdict;

Json named(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) { object[name] = value; }
  return object;
}

Json as_json(const Counterexample& counterexample) {
  Json path = Json::array();
  for (const refine::PathStep& step : path_of(counterexample)) {
    path.push_back({{"file", source_name(step.file)}, {"line", step.line}, {"taken", step.taken}});
  }
  Json state = Json::array();
  for (const TouchedState& row : touched_by(counterexample)) {
    state.push_back({{"place", row.place}, {"before", row.before}, {"after", row.after}});
  }
  return {{"call", call_of(counterexample)},          {"arguments", named(arguments_of(counterexample))},
          {"status", status_of(counterexample)},      {"path", path},
          {"point", named(point_of(counterexample))}, {"state", state}};
}

Json as_json(const Obligation& obligation, const refine::Limits& limits) {
  Json json{{"name", obligation.name()},
            {"theorem", obligation.theorem},
            {"call", obligation.call},
            {"path", obligation.path},
            {"conjunct", obligation.conjunct},
            {"says", obligation.text},
            {"verdict", name_of(obligation.verdict)},
            {"seconds", obligation.seconds},
            {"rlimit", obligation.rlimit},
            {"solver", solvers_of(obligation)},
            {"near_limit", is_near_limit(obligation, limits)},
            {"reached", obligation.reached}};
  if (obligation.verdict != Verdict::proved) { json["why"] = obligation.detail; }
  if (!obligation.counterexample.empty()) { json["counterexample"] = as_json(obligation.counterexample.front()); }
  return json;
}

Json parts_as_json(const refine::Proof& proof) {
  Json parts = Json::array();
  for (const Part& part : proof.parts) {
    const ProofTotals sum = totals(part);
    parts.push_back({{"subject", part.subject},
                     {"verdict", name_of(sum.verdict())},
                     {"obligations", sum.obligations},
                     {"paths", sum.paths},
                     {"seconds", part.seconds}});
  }
  return parts;
}

Json as_json(const CensusCheck& census) {
  return {{"locked", census.locked}, {"missing", census.missing}, {"new", census.added}};
}

Json solvers_as_json(const std::vector<SolverTotals>& all) {
  Json solvers = Json::array();
  for (const SolverTotals& sum : all) {
    solvers.push_back({{"solver", sum.solver},
                       {"version", sum.version},
                       {"goals", sum.goals},
                       {"unsat", sum.unsat},
                       {"seconds", sum.seconds}});
  }
  return solvers;
}

Json totals_as_json(const ProofReport& report) {
  const ProofTotals sum = totals(report.proof);
  return {{"obligations", sum.obligations},      {"proved", sum.of(Verdict::proved)},
          {"refuted", sum.of(Verdict::refuted)}, {"unknown", sum.of(Verdict::unknown)},
          {"fault", sum.of(Verdict::fault)},     {"paths", sum.paths},
          {"seconds", report.proof.seconds},     {"solvers", solvers_as_json(solver_totals(report))}};
}

}  // namespace

std::string as_json(const ProofReport& report) {
  Json obligations = Json::array();
  for (const Part& part : report.proof.parts) {
    for (const Obligation& goal : part.obligations) { obligations.push_back(as_json(goal, report.options.limits)); }
  }
  return text_of({{"schema", "bulkhead-proof/1"},
                  {"verdict", name_of(report.verdict())},
                  {"stopped", report.proof.stopped},
                  {"obligations", obligations},
                  {"parts", parts_as_json(report.proof)},
                  {"missing", missing(report.proof, report.options)},
                  {"census", as_json(report.census)},
                  {"stale_hints", stale_hints(report.proof)},
                  {"totals", totals_as_json(report)},
                  {"solver", name_of(report.options.limits.judging.solvers)},
                  {"version", solver_totals(report).front().version}});
}

std::string census_as_json(const ProofReport& report) {
  Json names = Json::array();
  for (const Part& part : report.proof.parts) {
    for (const Obligation& obligation : part.obligations) { names.push_back(obligation.name()); }
  }
  return text_of({{"schema", "bulkhead-census/1"}, {"obligations", names}});
}

}  // namespace bulkhead::cli
