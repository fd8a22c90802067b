#include "refine/query/retrial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "refine/constants.hpp"
#include "refine/explain.hpp"
#include "refine/query/reached.hpp"

namespace bulkhead::refine::query {
namespace {

constexpr std::string_view theorem = "query/";

/// What values of a sort are to a counterexample.
std::string_view kind_of(Sort sort) {
  switch (sort) {
    case Sort::ipa:
      return "page";
    case Sort::vcpu:
      return "vcpu";
    case Sort::frame:
    case Sort::compartment:
    case Sort::index:
    case Sort::level:
      return name_of(sort);
    case Sort::condition:
    case Sort::number:
    case Sort::frame_state:
    case Sort::ipa_state:
    case Sort::compartment_state:
    case Sort::power:
    case Sort::access:
    case Sort::status:
    case Sort::call:
      return "value";
  }
  return "value";
}

std::string part_name(const std::string& name, Sort sort) { return fmt::format("{} {}", kind_of(sort), name); }

std::vector<Bound> names_in(const Counterexample& story, const Expression& expression) {
  std::vector<Bound> names;
  for (const auto& [name, sort] : expression.names) {
    const std::string wanted = part_name(name, sort);
    const auto part = std::find_if(story.point.begin(), story.point.end(),
                                   [&wanted](const PointPart& p) { return p.name == wanted; });
    if (part == story.point.end()) { throw Error({"EXPRESSION"}, fmt::format("no value is given for {}", name)); }
    names.push_back({name, sort, part->number});
  }
  return names;
}

}  // namespace

void tell_names(Counterexample& story, Stepper stepper, const std::vector<Bound>& names) {
  const std::string call = story.made ? std::string(bulkhead::name_of(story.made->call)) : "state";
  story.goal = fmt::format("query/{}/{}/expression", call, stepper == Stepper::engine ? "engine" : "spec");
  story.point.clear();
  for (const Bound& bound : names) { story.point.push_back({part_name(bound.name, bound.sort), bound.value, true}); }
}

bool is_query(const Counterexample& story) { return story.goal.starts_with(theorem); }

void check_stepper(const Expression& expression, Stepper stepper) {
  if (!expression.has_effects || stepper == Stepper::engine) { return; }
  throw Error({"EXPRESSION"}, "`during.` is of the effects of a handler; expected the engine's step (--step engine)");
}

Retrial retrial_of(const Counterexample& story) {
  Retrial retrial{story.goal.find("/engine/") != std::string::npos ? Stepper::engine : Stepper::spec,
                  read_expression(story.says),
                  {}};
  if (retrial.expression.has_step != story.made.has_value()) {
    throw Error({"EXPRESSION"}, "it speaks of a step where there is none, or the other way round");
  }
  check_stepper(retrial.expression, retrial.stepper);
  retrial.trial.state = story.before;
  retrial.trial.names = names_in(story, retrial.expression);
  if (story.made) {
    retrial.trial.calls = {{story.made->call, constant(arguments_of(*story.made))}};
    retrial.trial.cpu = Cpu<Symbolic>(story.made->cpu);
  }
  return retrial;
}

std::string retry(const Counterexample& story) {
  try {
    const Retrial retrial = retrial_of(story);
    Witness witness;
    const std::string why = judge(retrial.stepper, retrial.expression, retrial.trial, witness);
    return why.empty() ? "" : "the expression does not hold there";
  } catch (const Error& problem) { return problem.what(); }
}

BootTrace trace_to(const Counterexample& story) {
  const Retrial retrial = retrial_of(story);
  Witness witness;
  std::string why = reach_from_boot(retrial.stepper, retrial.expression, retrial.trial, witness);
  return {std::move(witness.trace), std::move(why)};
}

}  // namespace bulkhead::refine::query
