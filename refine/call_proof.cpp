#include "refine/call_proof.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/boot_trace.hpp"
#include "refine/explain.hpp"
#include "refine/goal_facts.hpp"
#include "refine/paths.hpp"
#include "refine/second_opinion.hpp"
#include "refine/shrink_counterexample.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

}  // namespace

CallProof::CallProof(Call call, Limits limits, Selection wanted, bool list_only)
    : call_(call),
      limits_(limits),
      wanted_(std::move(wanted)),
      list_only_(list_only),
      session_(limits.seed),
      bare_(limits.seed),
      witnesses_(session_, limits),
      counterexamples_(bare_.session(), limits),
      paths_of_status_(status_names.size()),
      refusals_(spec::rule_of<S>(call).refusals.size()) {}

void CallProof::run() {
  for_each_path(session_, [this] { run_path(); });
  if (!wanted_("nonvacuity")) { return; }
  const auto is_unseen = [](const Refusal& refusal) { return !refusal.seen; };
  if (!list_only_ && std::any_of(refusals_.begin(), refusals_.end(), is_unseen)) {
    for_each_path(session_, [this] { look_for_refusals(); });
  }
  note_refusals();
}

void CallProof::run_path() {
  bare_.forget();
  Path path(session_, call_);
  path.name = path_name(path.step->result.status);
  ++paths_;
  // The fewer facts there are, the sooner a state is found: those about what the spec reads come after.
  if (wanted_("nonvacuity") && !list_only_) { path.witness = search_witness(path, true, reachable(path).name()); }
  path.applications = session_.applications().size();
  if (wanted_("safety")) { prove_safety(path); }
  prove_statements(path, true);
  apply_rule(*path.step);
  relate_witnesses(session_, path);
  path.applications = session_.applications().size();
  prove_statements(path, false);
  if (wanted_("nonvacuity")) { show_reachable(path); }
}

std::string CallProof::path_name(Status status) {
  return fmt::format("{}.{}", bulkhead::name_of(status), ++paths_of_status_[static_cast<size_t>(status)]);
}

Obligation& CallProof::note(Obligation goal) { return obligations_.emplace_back(std::move(goal)); }

Obligation CallProof::goal_of(const Path& path, std::string theorem, std::string conjunct, std::string text) const {
  Obligation goal;
  goal.theorem = std::move(theorem);
  goal.call = std::string(bulkhead::name_of(call_));
  goal.path = path.name;
  goal.conjunct = std::move(conjunct);
  goal.text = std::move(text);
  return goal;
}

Obligation CallProof::reachable(const Path& path) const {
  return goal_of(path, "nonvacuity", "reachable", "a legal state takes this path");
}

void CallProof::prove_statements(Path& path, bool of_engine) {
  for (const Statement& statement : statements_about(*path.step)) {
    if (wanted_(statement.theorem) && statement.is_of_engine() == of_engine) { prove_statement(path, statement); }
  }
}

void CallProof::prove_statement(Path& path, const Statement& statement) {
  Obligation& goal = note(goal_of(path, statement.theorem, statement.conjunct, statement.text));
  if (list_only_) { return; }
  const Session::Scope scope(session_);
  const Claim claim = [&statement](const Session&, const Path& p) { return statement.holds(*p.step, p.point); };
  const SymBool holds = claim(session_, path);
  assume_for(session_, path, statement);
  session_.split_into(cases_of(session_, path, statement));
  settle(goal, holds, claim, [&statement](const Rerun& rerun, const Point& point) {
    return rerun.step != nullptr && fails(*rerun.step, point, statement.theorem + "/" + statement.conjunct);
  });
}

void CallProof::prove_safety(Path& path) {
  Obligation& goal =
      note(goal_of(path, "safety", "beliefs", "every belief that the engine states on this path is true"));
  if (list_only_) { return; }
  const Session::Scope scope(session_);
  const Claim claim = [](const Session& session, const Path&) { return session.all_beliefs(); };
  settle(goal, claim(session_, path), claim, [](const Rerun& rerun, const Point&) { return rerun.step == nullptr; });
}

/// Proves the last obligation noted, or refutes it by a legal state on which the engine really fails. Such a state is
/// looked for before the solver is asked for long: what is false is seen to be false sooner than the solver gives up.
void CallProof::settle(Obligation goal, const SymBool& holds, const Claim& claim, const Violated& violated) {
  bool is_tried = false;
  const Elsewhere refute_soon = [&]() -> std::optional<z3::check_result> {
    is_tried = true;
    refute(goal, brief_search, claim, violated);
    if (goal.verdict == Verdict::unknown && !counterexamples_.has_refuted()) { return std::nullopt; }
    return goal.verdict == Verdict::refuted ? z3::sat : goal.verdict == Verdict::proved ? z3::unsat : z3::unknown;
  };
  const auto answer = judge(session_, limits_, goal, !holds, limits_.searches ? refute_soon : Elsewhere());
  const bool was_enough = is_tried && counterexamples_.has_refuted();
  const bool is_open = goal.verdict == Verdict::unknown && (answer == z3::sat || is_tried);
  if (limits_.searches && is_open && !was_enough) { refute(goal, limits_.rlimit, claim, violated); }
  obligations_.back() = std::move(goal);
}

/// Looks for a counterexample, for which `most` of the solver's resources may be spent.
void CallProof::refute(Obligation& goal, unsigned most, const Claim& claim, const Violated& violated) {
  Path& path = bare_.like(session_, call_);
  Session& session = bare_.session();
  // In many a state that takes the path some point fails, and to find a point is easier than to find both.
  if (path.states.empty()) {
    const std::string hinted = goal_name("nonvacuity", goal.call, goal.path, "reachable");
    counterexamples_.witness(
        path, true, [](const Step&) {}, hinted);
  }
  const Session::Scope scope(session);
  const SymBool holds = session.quietly([&] { return claim(session, path); });
  std::string fault;
  const auto is_violated = [&](const Rerun& rerun, const Point& at) -> std::string {
    fault = rerun.difference_from_concrete();
    if (!fault.empty()) { return fault; }
    if (!violated(rerun, at)) { return "a model does not reproduce on the engine"; }
    Counterexample found = explain(rerun, goal, at);
    mark_what_matters(found.point, session, holds, path.point);
    goal.counterexample = {shrink(found)};
    return "";
  };
  const Search search = counterexamples_.counterexample(path, goal.theorem, most, !holds, is_violated);
  settle_counterexample(session, limits_, goal, !holds, search);
  if (goal.verdict == Verdict::unknown && !fault.empty()) { goal.verdict = Verdict::fault; }
  add_boot_trace(goal, limits_);
}

Search CallProof::search_witness(Path& path, const SymBool& condition, const std::string& goal) {
  return witnesses_.witness(
      path, condition, [this](const Step& step) { see_refusal(step); }, goal);
}

/// Notes which refusal a witness shows: the first that holds.
void CallProof::see_refusal(const Step& witness) {
  const std::vector<SymBool> is_first = first_refusals(witness, refusals_.size());
  for (size_t i = 0; i < refusals_.size(); ++i) { refusals_[i].seen = refusals_[i].seen || is_first[i].is_true(); }
}

/// `nonvacuity`: the path has a legal state, and the concrete engine takes that very path from it.
void CallProof::show_reachable(Path& path) {
  Obligation& goal = note(reachable(path));
  if (!list_only_) { settle_witness(goal, path.witness); }
}

/// Looks on one path for legal states in which a refusal of its status comes first that no witness of a path showed.
void CallProof::look_for_refusals() {
  Path path(session_, call_);
  const auto& refusals = spec::rule_of<S>(call_).refusals;
  const auto is_wanted = [&](size_t i) { return refusals[i].status == path.step->result.status && !refusals_[i].seen; };
  for (size_t i = 0; i < refusals_.size(); ++i) {
    if (is_wanted(i)) { look_for_refusal(path, i); }
  }
}

void CallProof::look_for_refusal(Path& path, size_t i) {
  const Session::Scope scope(session_);
  const SymBool is_first = first_refusals(*path.step, i + 1).back();
  const Search search = search_witness(path, is_first);
  refusals_[i].seconds += search.seconds;
  refusals_[i].rlimit += search.rlimit;
}

/// `nonvacuity`: each refusal of the rule is the first that holds in some legal state.
void CallProof::note_refusals() {
  const auto& refusals = spec::rule_of<S>(call_).refusals;
  for (size_t i = 0; i < refusals.size(); ++i) {
    Obligation goal;
    goal.theorem = "nonvacuity";
    goal.call = std::string(bulkhead::name_of(call_));
    goal.path = "refusals";
    goal.conjunct = fmt::format("{}.{}", i + 1, bulkhead::name_of(refusals[i].status));
    goal.text = fmt::format("some call is refused because {}", refusals[i].text);
    goal.seconds = refusals_[i].seconds;
    goal.rlimit = refusals_[i].rlimit;
    if (refusals_[i].seen) {
      goal.verdict = Verdict::proved;
    } else if (!list_only_) {
      goal.detail = "no state was found in which this refusal comes first";
    }
    obligations_.push_back(std::move(goal));
  }
}

}  // namespace bulkhead::refine
