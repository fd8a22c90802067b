#pragma once

#include <array>
#include <utility>

#include "spec/rule.hpp"

/// The spec as a whole: the rule of every call, and its step.
namespace bulkhead::spec {

/// Builds the rule of a call. Defined once for each call and domain, in a translation unit of its own
/// that is generated from rule.cpp.in.
template <Call call, ValueDomain D>
Rule<D> make_rule();

template <ValueDomain D>
const Rule<D>& rule_of(Call call) {
  static const auto rules = []<size_t... i>(std::index_sequence<i...>) {
    return std::array<Rule<D>, calls.size()>{make_rule<calls[i].call, D>()...};
  }
  (std::make_index_sequence<calls.size()>{});
  return rules[static_cast<size_t>(call)];
}

/// Gives a register the name it has in the call table.
template <ValueDomain D>
void name_input(Inputs<D>& in, std::string_view name, Word<D> word) {
  if (name == "cid") { in.cid = word; }
  if (name == "ipa") { in.ipa = widen<Ipa<D>>(word); }
  if (name == "level") { in.level = word; }
  if (name == "pa") { in.pa = widen<Pa<D>>(word); }
  if (name == "src_pa") { in.src_pa = widen<Pa<D>>(word); }
  if (name == "root_pa") { in.root_pa = widen<Pa<D>>(word); }
  if (name == "vcpus") { in.vcpus = word; }
  if (name == "writable") { in.writable = word; }
  if (name == "index") { in.index = word; }
  if (name == "pc") { in.pc = word; }
  if (name == "x0") { in.x0 = word; }
}

/// The arguments of a call by the names of its row in the call table. What a guest calls is about itself.
template <ValueDomain D>
Inputs<D> name_inputs(Call call, const Arguments<D>& arguments) {
  Inputs<D> in;
  in.caller = arguments.caller;
  const auto& row = row_of(call);
  if (is_about_caller(call)) { in.cid = widen<Word<D>>(arguments.caller); }
  for (size_t i = 0; i < row.inputs.size(); ++i) { name_input(in, row.inputs[i].name, arguments.words[i]); }
  return in;
}

/// Which failure condition of a rule is the first to hold; the number of conditions if none does.
template <ValueDomain D>
size_t first_refusal(const Rule<D>& rule, const State<D>& state, const Inputs<D>& in) {
  for (size_t i = 0; i < rule.refusals.size(); ++i) {
    if (rule.refusals[i].holds(state, in)) { return i; }
  }
  return rule.refusals.size();
}

/// What the spec does at a call: the first refusal that holds, otherwise the effect.
template <ValueDomain D>
Result<D> step(State<D>& state, Call call, const Arguments<D>& arguments) {
  const Rule<D>& rule = rule_of<D>(call);
  const Inputs<D> in = name_inputs(call, arguments);
  const size_t refusal = first_refusal(rule, state, in);
  if (refusal < rule.refusals.size()) { return rule.refusals[refusal].status; }
  return rule.effect(state, in);
}

}  // namespace bulkhead::spec
