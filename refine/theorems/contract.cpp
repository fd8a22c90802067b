#include <fmt/format.h>

#include "refine/step.hpp"

/// `contract`: status and outputs are exactly what the spec allows, failure order included.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// Whether the first refusal that holds has the status.
SymBool first_refusal_is(const Step& step, Status status) {
  const auto& refusals = step.rule->refusals;
  const std::vector<SymBool> first = first_refusals(step, refusals.size());
  SymBool answer = false;
  for (size_t i = 0; i < refusals.size(); ++i) {
    if (refusals[i].status == status) { answer = answer | first[i]; }
  }
  return answer;
}

void add_no_refusal(const Step& step, std::vector<Statement>& all) {
  const auto& refusals = step.rule->refusals;
  for (size_t i = 0; i < refusals.size(); ++i) {
    all.push_back({"contract", fmt::format("not.{}.{}", i + 1, name_of(refusals[i].status)),
                   fmt::format("the call is not carried out when {}", refusals[i].text),
                   [i](const Step& s, const Point&) { return !s.rule->refusals[i].holds(s.spec_before, s.inputs); }});
  }
}

/// Nothing leaks through a register in which the call returns nothing.
void add_no_output(const Step& step, std::vector<Statement>& all) {
  const size_t used = step.succeeded() ? row_of(step.call).outputs.size() : 0;
  if (used == max_outputs) { return; }
  all.push_back({"contract", "no_output", "registers without an output are zero", [used](const Step& s, const Point&) {
                   SymBool all_zero = true;
                   for (size_t i = used; i < max_outputs; ++i) {
                     all_zero = all_zero & (s.result.outputs[i] == Word<S>(0));
                   }
                   return all_zero;
                 }});
}

}  // namespace

void add_contract(const Step& step, std::vector<Statement>& all) {
  add_no_output(step, all);
  if (!step.succeeded()) {
    all.push_back({"contract", "status", fmt::format("the first refusal that holds is {}", name_of(step.result.status)),
                   [](const Step& s, const Point&) { return first_refusal_is(s, s.result.status); },
                   Assumes::alignment});
    return;
  }
  add_no_refusal(step, all);
  const auto& outputs = row_of(step.call).outputs;
  for (size_t i = 0; i < outputs.size(); ++i) {
    all.push_back({"contract", fmt::format("output.{}", outputs[i].name),
                   fmt::format("the output {} is the spec's", outputs[i].name),
                   [i](const Step& s, const Point&) { return s.result.outputs[i] == s.spec_result.outputs[i]; }});
  }
}

}  // namespace bulkhead::refine
