#include "cli/cex_file.hpp"
#include "cli/document.hpp"
#include "cli/mutation_report.hpp"
#include "refine/proof.hpp"

namespace bulkhead::cli {
namespace {

Json as_json(const MutationReport::Judged& judged) {
  const refine::Mutant& mutant = *judged.mutant;
  Json json{{"name", mutant.name},         {"layer", mutant.layer},   {"call", mutant.call},
            {"operator", mutant.op},       {"where", mutant.where},   {"standing", name_of(judged.standing)},
            {"theorem", mutant.theorem()}, {"refuted_by", mutant.by}, {"seconds", mutant.seconds}};
  if (!judged.reason.empty()) { json["reason"] = judged.reason; }
  if (!mutant.detail.empty()) { json["why"] = mutant.detail; }
  for (const refine::Counterexample& found : mutant.counterexample) {
    json["counterexample"] = {{"file", cex_file_name(mutant.name)}, {"trace", !found.trace.text.empty()}};
    if (!found.trace.why.empty()) { json["counterexample"]["why"] = found.trace.why; }
  }
  return json;
}

}  // namespace

std::string as_json(const MutationReport& report) {
  Json mutants = Json::array();
  Json survivors = Json::array();
  for (const MutationReport::Judged& judged : report.judged()) {
    mutants.push_back(as_json(judged));
    if (judged.standing == Standing::survivor) { survivors.push_back(judged.mutant->name); }
  }
  Json totals{{"mutants", report.judged().size()}};
  for (const Standing standing : {Standing::refuted, Standing::equivalent, Standing::survivor, Standing::stale,
                                  Standing::undecided, Standing::fault}) {
    totals[std::string(name_of(standing))] = report.count(standing);
  }
  totals["seconds"] = report.mutants().seconds;
  return text_of({{"schema", "bulkhead-mutants/1"},
                  {"verdict", report.verdict()},
                  {"stopped", report.mutants().stopped},
                  {"mutants", mutants},
                  {"survivors", survivors},
                  {"unused", report.unused()},
                  {"faults", report.mutants().faults},
                  {"totals", totals},
                  {"solver", "z3"},
                  {"version", refine::solver_version()}});
}

std::string names_as_json(const refine::Mutants& mutants) {
  Json names = Json::array();
  for (const refine::Mutant& mutant : mutants.all) { names.push_back(mutant.name); }
  return text_of({{"schema", "bulkhead-mutant-names/1"}, {"mutants", names}});
}

}  // namespace bulkhead::cli
