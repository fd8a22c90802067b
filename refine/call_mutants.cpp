#include "refine/call_mutants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/boot_trace.hpp"
#include "refine/explain.hpp"
#include "refine/goal_facts.hpp"
#include "refine/hints.hpp"
#include "refine/shrink_counterexample.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// That the point is the one given.
SymBool is_at(const Point& any, const Point& given) {
  return (any.frame == given.frame) & (any.index == given.index) & (any.compartment == given.compartment) &
         (any.page == given.page) & (any.level == given.level) & (any.cpu == given.cpu);
}

std::string place_of(Where where) { return where.line == 0 ? "" : fmt::format("{}:{}", where.file, where.line); }

std::string name_of_event(const Event& event, size_t number) {
  return event.what.empty() ? fmt::format("{}.{}", number, name_of(event.moment))
                            : fmt::format("{}.{}.{}", number, name_of(event.moment), event.what);
}

}  // namespace

CallMutants::CallMutants(Call call, Limits limits, Selection wanted, bool explains)
    : call_(call),
      limits_(limits),
      wanted_(std::move(wanted)),
      explains_(explains),
      session_(limits.seed),
      bare_(limits.seed) {}

std::vector<Mutant> CallMutants::plan() {
  paths_ = explore(session_, call_);
  planned_.clear();
  plan_handler();
  plan_rule();
  std::vector<Mutant> mutants;
  for (const PlannedMutant& planned : planned_) { mutants.push_back(planned.mutant); }
  return mutants;
}

/// An event on paths that share all before it is one event.
void CallMutants::plan_handler() {
  for (auto path = paths_.begin(); path != paths_.end(); ++path) {
    for (size_t e = 0; e < path->events.size(); ++e) {
      const auto is_on = [&](const KnownPath& earlier) { return path->shares(earlier, e); };
      if (std::none_of(paths_.begin(), path, is_on)) { plan_event(*path, e); }
    }
  }
}

void CallMutants::plan_event(const KnownPath& path, size_t number) {
  const Event& event = path.events[number];
  for (const Operator op : event.operators) {
    Mutant mutant;
    mutant.layer = "engine";
    mutant.call = std::string(bulkhead::name_of(call_));
    mutant.op = fmt::format("{} {}", name_of(event.moment), name_of(op));
    mutant.where = place_of(event.where);
    mutant.name = fmt::format("engine/{}/{}/{}/{}", mutant.call, path.name, name_of_event(event, number), name_of(op));
    planned_.push_back({std::move(mutant), {Mutation{number, op}}, &path});
  }
}

void CallMutants::plan_rule() {
  session_.begin({});
  {
    const Path path(session_, call_);
    rules_ = rule_mutants(*path.step);
  }
  for (const RuleMutant& wrong : rules_) {
    Mutant mutant;
    mutant.layer = "spec";
    mutant.call = std::string(bulkhead::name_of(call_));
    mutant.op = wrong.op;
    mutant.name = fmt::format("spec/{}/{}", mutant.call, wrong.name);
    planned_.push_back({std::move(mutant), {{}, &wrong.rule}, nullptr, wrong.never_first});
  }
}

Mutant CallMutants::judge(size_t number) {
  const PlannedMutant& planned = planned_.at(number);
  Mutant mutant = planned.mutant;
  if (!is_refuted(planned, mutant)) { settle_by_proof(planned.fault, planned.path, mutant); }
  if (mutant.fate == Fate::harmless && planned.never_first >= 0 && wanted_("nonvacuity")) {
    settle_by_nonvacuity(planned, mutant);
  }
  if (mutant.fate != Fate::refuted) { mutant.counterexample.clear(); }
  for (Counterexample& found : mutant.counterexample) { complete(found, planned.fault, mutant); }
  return mutant;
}

/// Tries the situations in which the fault can matter.
bool CallMutants::is_refuted(const PlannedMutant& planned, Mutant& mutant) {
  for (KnownPath& path : paths_) {
    const bool matters =
        planned.path == nullptr || &path == planned.path || planned.path->shares(path, planned.fault.of_handler->event);
    if (!matters) { continue; }
    find_situations(session_, call_, limits_, path);
    for (const auto& situation : path.situations) {
      if (refute_from(*situation, planned.fault, mutant)) { return true; }
    }
  }
  return false;
}

/// A refusal that can never come first is no refusal.
void CallMutants::settle_by_nonvacuity(const PlannedMutant& planned, Mutant& mutant) {
  const spec::Rule<S>& rule = *planned.fault.rule;
  const auto refusal = static_cast<size_t>(planned.never_first);
  const Status status = rule.refusals[refusal].status;
  for (const KnownPath& path : paths_) {
    if (path.status != status) { continue; }
    session_.begin(path.choices);
    const Path again(session_, call_);
    again.step->rule = &rule;
    const Session::Scope scope(session_);
    const SymBool is_first = first_refusals(*again.step, refusal + 1).back();
    if (ask(session_, limits_, is_first).result != z3::unsat) { return; }
  }
  mutant.fate = Fate::refuted;
  mutant.by = fmt::format("nonvacuity/{}/refusals/{}.{}", mutant.call, refusal + 1, bulkhead::name_of(status));
}

/// The name of a goal on the first path that ends with the status.
std::string CallMutants::name_of_goal(const std::string& theorem, Status status, const std::string& conjunct) const {
  const auto found =
      std::find_if(paths_.begin(), paths_.end(), [status](const KnownPath& path) { return path.status == status; });
  const std::string path = found != paths_.end() ? found->name : fmt::format("{}.1", bulkhead::name_of(status));
  return goal_name(theorem, bulkhead::name_of(call_), path, conjunct);
}

/// Whether some statement fails in the situation; then the mutant has its fate.
bool CallMutants::refute_from(const Situation& situation, const CallFault& fault, Mutant& mutant) {
  Mutator mutator(fault.of_handler);
  const auto failure = try_on(situation, fault, mutator);
  if (!failure) { return false; }
  mutant.by = name_of_goal(failure->theorem, failure->status, failure->conjunct);
  ask_prover(situation, fault, mutator.answers(), *failure, mutant);
  if (explains_ && mutant.fate == Fate::refuted) {
    const Rerun& run = situation.run;
    explain_mutant({run.state, call_, run.constant_cpu, run.constants, fault}, failure->point, mutant);
  }
  return true;
}

/// As small as can be, tried again, and reached from boot.
void CallMutants::complete(Counterexample& found, const CallFault& fault, Mutant& mutant) {
  found = shrink(found, fault);
  const Recheck again = recheck(found, fault);
  if (!again.stands()) {
    mutant.fate = Fate::fault;
    mutant.detail = fmt::format("its counterexample does not stand: {}", again.why);
  }
  found.trace = boot_trace(found, fault);
}

void CallMutants::explain_mutant(const Rerun& rerun, const Point& point, Mutant& mutant) const {
  mutant.counterexample = {explain(rerun, obligation_named(mutant.by, ""), point)};
}

std::optional<Failure> CallMutants::try_on(const Situation& situation, const CallFault& fault, Mutator& mutator) const {
  Recorder<S> recorder;
  try {
    const auto step = situation.run.run(&mutator, recorder);
    if (fault.rule != nullptr) { step->rule = fault.rule; }
    return first_failure(*step, *situation.run.step, situation.model.words(), wanted_);
  } catch (const Fault&) {
    if (!wanted_("safety")) { return std::nullopt; }
    return Failure{"safety", "beliefs", situation.run.step->result.status, {}};
  }
}

/// The prover must not prove, of this fault, what is false in this very situation. A belief that is false whatever the
/// state leaves nothing to prove.
void CallMutants::ask_prover(const Situation& situation, const CallFault& fault, const std::vector<bool>& answers,
                             const Failure& failure, Mutant& mutant) {
  try {
    mutant.fate = Fate::refuted;
    const Answer answer = answer_of_prover(situation, fault, answers, failure);
    if (answer.result == z3::sat) { return; }
    mutant.fate = answer.result == z3::unsat ? Fate::fault : Fate::undecided;
    mutant.detail = answer.result == z3::unsat ? "proved, though it fails in a legal state" : answer.reason;
  } catch (const Fault& fault_of_engine) {
    if (failure.theorem == "safety") { return; }
    mutant.fate = Fate::undecided;
    mutant.detail = fmt::format("the engine fails in the symbolic domain alone: {}", fault_of_engine.what());
  }
}

/// That the state and the arguments are those of the situation.
SymBool CallMutants::is_in(const Situation& situation) {
  const Arguments<S> any = arbitrary_arguments(session_, call_);
  SymBool all = situation.model.restate(session_) & (any.caller == situation.run.constants.caller) &
                session_.says("argument.cpu", {}, raw(situation.run.cpu));
  for (size_t i = 0; i < row_of(call_).inputs.size(); ++i) {
    all = all & (any.words.at(i) == situation.run.constants.words.at(i));
  }
  return all;
}

Answer CallMutants::answer_of_prover(const Situation& situation, const CallFault& fault,
                                     const std::vector<bool>& answers, const Failure& failure) {
  session_.begin({});
  Mutator mutator(fault.of_handler, &answers);
  try {
    const Path path(session_, call_, &mutator);
    if (fault.rule != nullptr) { path.step->rule = fault.rule; }
    apply_rule(*path.step);
    relate_witnesses(session_, path);
    for (const Statement& statement : statements_about(*path.step)) {
      if (statement.theorem != failure.theorem || statement.conjunct != failure.conjunct) { continue; }
      const Session::Scope scope(session_);
      const SymBool holds = statement.holds(*path.step, path.point);
      assume_for(session_, path, statement);
      return ask_once(session_, limits_, (!holds) & is_in(situation) & is_at(path.point, failure.point));
    }
  } catch (const Mutator::BeyondGuide&) {}  // the run that guides it ended at a belief
  return ask_once(session_, limits_, (!session_.all_beliefs()) & is_in(situation));
}

void CallMutants::settle_by_proof(const CallFault& fault, const KnownPath* path, Mutant& mutant) {
  std::vector<std::vector<bool>> open = {{}};
  if (path != nullptr) {
    const auto count = static_cast<std::ptrdiff_t>(path->events[fault.of_handler->event].decisions);
    open.front().assign(path->choices.begin(), path->choices.begin() + count);
  }
  mutant.fate = Fate::harmless;
  while (!open.empty()) {
    session_.begin(std::move(open.back()));
    open.pop_back();
    try {
      if (!settle_path(fault, mutant)) { return; }
    } catch (const Fault& fault_of_engine) {
      // A belief that is false whatever the state: safety would refute it, if the path can be taken.
      if (wanted_("safety")) {
        mutant.fate = Fate::undecided;
        mutant.detail = fmt::format("on some path the engine fails: {}", fault_of_engine.what());
        return;
      }
    }
    open.insert(open.end(), session_.alternatives().begin(), session_.alternatives().end());
  }
}

/// The path without the fault that decides the same as the one just run; null if there is none.
const KnownPath* CallMutants::same_path() {
  const auto& decisions = session_.decisions();
  const auto is_same = [&](const KnownPath& path) {
    if (path.choices.size() != decisions.size()) { return false; }
    for (size_t i = 0; i < decisions.size(); ++i) {
      if (path.choices[i] != decisions[i].taken) { return false; }
      if (!z3::eq(path.decisions[i], session_.expr(decisions[i].condition))) { return false; }
    }
    return same_terms(path.definitions, session_.definitions());
  };
  const auto found = std::find_if(paths_.begin(), paths_.end(), is_same);
  return found == paths_.end() ? nullptr : &*found;
}

/// Proves on one path of the mutant every goal that the fault changes; false once the fate is another.
bool CallMutants::settle_path(const CallFault& fault, Mutant& mutant) {
  Mutator mutator(fault.of_handler);
  const Path path(session_, call_, &mutator);
  if (fault.rule != nullptr) { path.step->rule = fault.rule; }
  const KnownPath* known = same_path();
  const auto is_as_before = [&](const std::string& name, const SymBool& holds) {
    if (known == nullptr) { return false; }
    const auto before = known->goals.find(name);
    return before != known->goals.end() && z3::eq(before->second.holds, session_.expr(holds)) &&
           same_terms(before->second.definitions, session_.definitions());
  };
  bare_.forget();
  const SymBool beliefs = session_.all_beliefs();
  const Claim believed = [](const Session& session, const Path&) { return session.all_beliefs(); };
  if (wanted_("safety") && !is_as_before("safety/beliefs", beliefs) &&
      !settle_goal(path, "safety/beliefs", beliefs, believed, fault, mutant)) {
    return false;
  }
  apply_rule(*path.step);
  relate_witnesses(session_, path);
  for (const Statement& statement : statements_about(*path.step)) {
    if (!wanted_(statement.theorem)) { continue; }
    const Session::Scope scope(session_);
    const std::string name = statement.theorem + "/" + statement.conjunct;
    const Claim claim = [&statement](const Session&, const Path& p) { return statement.holds(*p.step, p.point); };
    const SymBool holds = claim(session_, path);
    if (is_as_before(name, holds)) { continue; }
    assume_for(session_, path, statement);
    if (!settle_goal(path, name, holds, claim, fault, mutant)) { return false; }
  }
  return true;
}

/// Whether a goal follows from what it follows from without the fault, on some path that ends alike.
bool CallMutants::follows_as_before(const std::string& theorem, Status status, const std::string& conjunct,
                                    const SymBool& holds) {
  return std::any_of(paths_.begin(), paths_.end(), [&](const KnownPath& path) {
    if (path.status != status) { return false; }
    const Hint* hint = hint_for(limits_, goal_name(theorem, bulkhead::name_of(call_), path.name, conjunct));
    return hint != nullptr && ask_hinted(session_, limits_, !holds, *hint).result == z3::unsat;
  });
}

/// Looks for a state before the solver is asked for long: most goals that a fault makes false are seen to be false
/// sooner than the solver gives up.
bool CallMutants::settle_goal(const Path& path, const std::string& name, const SymBool& holds, const Claim& claim,
                              const CallFault& fault, Mutant& mutant) {
  const Session::Scope scope(session_);
  const auto at = name.find('/');
  const std::string theorem = name.substr(0, at);
  const std::string conjunct = name.substr(at + 1);
  const Status status = path.step->result.status;
  if (follows_as_before(theorem, status, conjunct, holds)) { return true; }
  mutant.by = name_of_goal(theorem, status, conjunct);
  Search search;
  const auto search_briefly = [&]() -> std::optional<z3::check_result> {
    search = search_counterexample(name, claim, fault, brief_search, mutant);
    if (search.outcome == Search::Outcome::unknown) { return std::nullopt; }
    return search.outcome == Search::Outcome::found ? z3::sat : z3::unsat;
  };
  const Answer answer = ask(session_, limits_, !holds, search_briefly);
  if (answer.result != z3::unsat && search.outcome == Search::Outcome::unknown) {
    search = search_counterexample(name, claim, fault, limits_.rlimit, mutant);
  }
  if (answer.result == z3::unsat || search.outcome == Search::Outcome::impossible) {
    mutant.by.clear();
    return true;
  }
  mutant.fate = search.outcome == Search::Outcome::found ? Fate::refuted : Fate::undecided;
  mutant.detail = search.outcome == Search::Outcome::found ? "" : search.reason;
  return false;
}

Search CallMutants::search_counterexample(const std::string& name, const Claim& claim, const CallFault& fault,
                                          unsigned rlimit, Mutant& mutant) {
  const Path& path = bare_.like(session_, call_, fault);
  Session& session = bare_.session();
  const Session::Scope scope(session);
  const SymBool holds = session.quietly([&] { return claim(session, path); });
  Limits limits = limits_;
  limits.rlimit = std::min(limits.rlimit, rlimit);
  return find_legal(session, path.pre, limits, !holds, [&](const ModelState& state) -> std::string {
    const Rerun rerun(state, call_, path.cpu, path.arguments, fault);
    const Point point = evaluate_point(state, path.point);
    if (rerun.step == nullptr) {
      if (explains_) { explain_mutant(rerun, point, mutant); }
      return name == "safety/beliefs" ? "" : "a belief fails first";
    }
    if (!fails(*rerun.step, point, name)) { return "a model does not reproduce on the engine"; }
    if (explains_) { explain_mutant(rerun, point, mutant); }
    return "";
  });
}

}  // namespace bulkhead::refine
