#include "refine/call_proof.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/explain.hpp"
#include "refine/paths.hpp"
#include "refine/second_opinion.hpp"
#include "refine/shape.hpp"

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
      searches_(session_, limits),
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
  Path path(session_, call_);
  path.name = path_name(path.step->result.status);
  ++paths_;
  // The fewer facts there are, the sooner a state is found: those about what the spec reads come after.
  if (wanted_("nonvacuity") && !list_only_) { path.witness = search_witness(path, true); }
  apply_rule(*path.step);
  relate_witnesses(path);
  path.applications = session_.applications().size();
  prove_path(path);
}

/// What the engine finds in a table and what the spec finds in a range of pages meet here: the page of every entry
/// found is read in the spec, and every page that the spec reads is one that the table found in may translate.
void CallProof::relate_witnesses(const Path& path) {
  const impl::Engine<S>& before = path.pre.engine();
  const CompartmentId<S> compartment = path.step->inputs.compartment();
  session_.on_page([this, &before, compartment](const SymBits& page) {
    if (session_.entry_witnesses().empty()) { return; }
    const auto p = Page<S>::from_bits(page);
    const Descent walk = session_.quietly([&] { return descend(before, compartment, p); });
    std::vector<SymBits> tables;
    for (const EntryWitness& witness : session_.entry_witnesses()) {
      const auto is_known = [&witness](const SymBits& table) { return same(table, witness.frame); };
      if (std::any_of(tables.begin(), tables.end(), is_known)) { continue; }
      tables.push_back(witness.frame);
      for (unsigned level = 0; level < 4; ++level) {
        const auto table = Frame<S>::from_bits(witness.frame);
        session_.assume(session_.quietly([&] { return walk_is_complete(before, walk, table, level, compartment, p); }));
      }
    }
  });
  for (const EntryWitness& witness : std::vector<EntryWitness>(session_.entry_witnesses())) {
    const auto page = session_.quietly([&] {
      const auto table = Frame<S>::from_bits(witness.frame);
      const auto offset = entry_offset<S>(before.frames.level.get(table), Index<S>::from_bits(witness.index));
      return before.frames.base.get(table) | offset;
    });
    session_.note_page(page.bits());
    static_cast<void>(path.step->spec_before.translations.access.get(compartment, page));
  }
}

std::string CallProof::path_name(Status status) {
  return fmt::format("{}.{}", bulkhead::name_of(status), ++paths_of_status_[static_cast<size_t>(status)]);
}

Obligation& CallProof::note(const Path& path, std::string theorem, std::string conjunct, std::string text) {
  Obligation goal;
  goal.theorem = std::move(theorem);
  goal.call = std::string(bulkhead::name_of(call_));
  goal.path = path.name;
  goal.conjunct = std::move(conjunct);
  goal.text = std::move(text);
  return obligations_.emplace_back(std::move(goal));
}

void CallProof::prove_path(Path& path) {
  if (wanted_("safety")) { prove_safety(path); }
  for (const Statement& statement : statements_about(*path.step)) {
    if (wanted_(statement.theorem)) { prove_statement(path, statement); }
  }
  if (wanted_("nonvacuity")) { show_reachable(path); }
}

void CallProof::prove_statement(Path& path, const Statement& statement) {
  Obligation& goal = note(path, statement.theorem, statement.conjunct, statement.text);
  if (list_only_) { return; }
  const Session::Scope scope(session_);
  const SymBool holds = statement.holds(*path.step, path.point);
  assume(path, statement.assumes, statement.level);
  // Where tables are searched much is read, and little of it matters; of the host's tables all that matters is known.
  const bool has_most = statement.assumes == Assumes::host_map || !session_.entry_witnesses().empty();
  settle(path, goal, holds, has_most ? Next::afresh : Next::follow,
         [&statement](const Rerun& rerun, const Point& point) {
           return rerun.step != nullptr && !statement.holds(*rerun.step, point).is_true();
         });
}

void CallProof::assume(const Path& path, Assumes what, unsigned level) {
  const Point& p = path.point;
  switch (what) {
    case Assumes::nothing:
      break;
    case Assumes::host_map:
      path.pre.assume_host_map(p.frame);
      session_.quietly([&] { note_point(p); });
      break;
    case Assumes::invariants:
      note_point(p);
      break;
    case Assumes::walk:
      assume_walks(path, level);
      break;
  }
}

void CallProof::note_point(const Point& p) {
  session_.note({Site::frame, p.frame.bits(), {}});
  session_.note({Site::entry, p.frame.bits(), p.index.bits()});
  session_.note({Site::compartment, p.compartment.bits(), {}});
  session_.note({Site::cpu, p.cpu.bits(), {}});
}

/// What theorem `walk` says of the walks that matter: for the page in question, for the page of the call, and for the
/// pages that the spec reads.
void CallProof::assume_walks(const Path& path, unsigned level) {
  const impl::Engine<S>& before = path.pre.engine();
  const Point& p = path.point;
  const auto compartment = path.step->inputs.compartment();
  const auto page = path.step->inputs.page();
  const Descent walk = named_descent(before, session_, p.compartment, p.page);
  const Descent of_call = named_descent(before, session_, compartment, page);
  session_.quietly([&] {
    session_.assume(walk_is_complete(before, walk, p.frame, level, p.compartment, p.page));
    session_.assume(implies(p.compartment == compartment, same_tables(walk, of_call, p.page, page)));
    for (const SymBits& bits : std::vector<SymBits>(session_.pages())) {
      const auto other = Page<S>::from_bits(bits);
      session_.assume(same_tables(descend(before, compartment, other), of_call, other, page));
    }
  });
}

void CallProof::prove_safety(Path& path) {
  Obligation& goal = note(path, "safety", "beliefs", "every belief that the engine states on this path is true");
  if (list_only_) { return; }
  const Session::Scope scope(session_);
  SymBool all = true;
  for (const Belief& belief : session_.beliefs()) { all = all & belief.holds; }
  settle(path, goal, all, Next::follow, [](const Rerun& rerun, const Point&) { return rerun.step == nullptr; });
}

/// Proves the last obligation noted, or refutes it by a legal state on which the engine really fails.
void CallProof::settle(Path& path, Obligation goal, const SymBool& holds, Next next, const Violated& violated) {
  if (judge(session_, limits_, goal, !holds, next) == z3::sat) {
    std::string fault;
    const auto is_violated = [&](const Rerun& rerun, const Point& at) -> std::string {
      fault = rerun.difference_from_concrete(call_);
      if (!fault.empty()) { return fault; }
      if (!violated(rerun, at)) { return "a model does not reproduce on the engine"; }
      goal.counterexample = {explain(rerun, session_, call_, holds, path.point)};
      return "";
    };
    const Search search = searches_.counterexample(path, goal.theorem, !holds, is_violated);
    settle_counterexample(session_, limits_, goal, !holds, search);
    if (goal.verdict == Verdict::unknown && !fault.empty()) { goal.verdict = Verdict::fault; }
  }
  obligations_.back() = std::move(goal);
}

Search CallProof::search_witness(Path& path, const SymBool& condition) {
  return searches_.witness(path, condition, [this](const Step& step) { see_refusal(step); });
}

/// Notes which refusal a witness shows: the first that holds.
void CallProof::see_refusal(const Step& witness) {
  const std::vector<SymBool> is_first = first_refusals(witness, refusals_.size());
  for (size_t i = 0; i < refusals_.size(); ++i) { refusals_[i].seen = refusals_[i].seen || is_first[i].is_true(); }
}

/// `nonvacuity`: the path has a legal state, and the concrete engine takes that very path from it.
void CallProof::show_reachable(Path& path) {
  Obligation& goal = note(path, "nonvacuity", "reachable", "a legal state takes this path");
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
