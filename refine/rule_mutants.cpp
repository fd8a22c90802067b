#include "refine/rule_mutants.hpp"

#include <fmt/format.h>

#include "refine/mutator.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Rule = spec::Rule<S>;
using Condition = spec::Condition<S>;
using Touch = spec::Touch<S>;

std::string name_of_refusal(const Rule& rule, size_t i) {
  return fmt::format("refusals/{}.{}", i + 1, name_of(rule.refusals[i].status));
}

void add_order(const Rule& rule, std::vector<RuleMutant>& all) {
  for (size_t i = 0; i < rule.refusals.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    RuleMutant dropped{name_of_refusal(rule, i) + "/drop", "refusal drop", rule};
    dropped.rule.refusals.erase(dropped.rule.refusals.begin() + at);
    all.push_back(std::move(dropped));
    RuleMutant repeated{name_of_refusal(rule, i) + "/repeat", "refusal repeat", rule, static_cast<int>(i) + 1};
    repeated.rule.refusals.insert(repeated.rule.refusals.begin() + at, rule.refusals[i]);
    all.push_back(std::move(repeated));
    if (i + 1 == rule.refusals.size()) { continue; }
    RuleMutant swapped{name_of_refusal(rule, i) + "/swap_with_next", "refusal swap_with_next", rule};
    std::swap(swapped.rule.refusals[i], swapped.rule.refusals[i + 1]);
    all.push_back(std::move(swapped));
  }
}

/// The condition with a fault at one of the things it does.
Condition weakened(const Condition& condition, const Mutation& mutation) {
  Condition other = condition;
  other.holds = [holds = condition.holds, mutation](const spec::State<S>& s, const spec::Inputs<S>& in) {
    Mutator mutator(mutation);
    const Mutator::Scope scope(&mutator);
    return holds(s, in);
  };
  return other;
}

void add_weakened(const Step& step, std::vector<RuleMutant>& all) {
  const Rule& rule = *step.rule;
  for (size_t i = 0; i < rule.refusals.size(); ++i) {
    Mutator plain;
    {
      const Mutator::Scope scope(&plain);
      static_cast<void>(rule.refusals[i].holds(step.spec_before, step.inputs));
    }
    for (size_t e = 0; e < plain.events().size(); ++e) {
      const Event& event = plain.events()[e];
      for (const Operator op : event.operators) {
        RuleMutant mutant{fmt::format("{}/{}.{}/{}", name_of_refusal(rule, i), e, name_of(event.moment), name_of(op)),
                          fmt::format("refusal {} {}", name_of(event.moment), name_of(op)), rule};
        mutant.rule.refusals[i] = weakened(rule.refusals[i], {e, op});
        all.push_back(std::move(mutant));
      }
    }
  }
}

/// The footprint with what lies next to it: a frame, page, compartment or level further.
Touch with_neighbours(const Touch& touch) {
  Touch wider = touch;
  wider.covers = [covers = touch.covers](const spec::State<S>& s, const spec::Inputs<S>& in, const spec::Point<S>& at) {
    const spec::Point<S> before{at.frame - Frame<S>(1), at.compartment - CompartmentId<S>(1), at.page - Page<S>(1),
                                at.level - Level<S>(1)};
    const auto with = [&](auto member) {
      spec::Point<S> other = at;
      other.*member = before.*member;
      return covers(s, in, other);
    };
    return covers(s, in, at) | with(&spec::Point<S>::frame) | with(&spec::Point<S>::compartment) |
           with(&spec::Point<S>::page) | with(&spec::Point<S>::level);
  };
  return wider;
}

void add_footprints(const Rule& rule, std::vector<RuleMutant>& all) {
  for (size_t i = 0; i < rule.footprint.size(); ++i) {
    const std::string name = fmt::format("footprint/{}.{}", i + 1, name_of(rule.footprint[i].part));
    RuleMutant dropped{name + "/drop", "footprint drop", rule};
    dropped.rule.footprint.erase(dropped.rule.footprint.begin() + static_cast<std::ptrdiff_t>(i));
    all.push_back(std::move(dropped));
    RuleMutant everything{name + "/everything", "footprint everything", rule};
    everything.rule.footprint[i].covers = [](const auto&, const auto&, const auto&) { return SymBool(true); };
    all.push_back(std::move(everything));
    RuleMutant wider{name + "/neighbours", "footprint neighbours", rule};
    wider.rule.footprint[i] = with_neighbours(rule.footprint[i]);
    all.push_back(std::move(wider));
  }
}

}  // namespace

std::vector<RuleMutant> rule_mutants(const Step& step) {
  std::vector<RuleMutant> all;
  add_order(*step.rule, all);
  add_weakened(step, all);
  add_footprints(*step.rule, all);
  return all;
}

}  // namespace bulkhead::refine
