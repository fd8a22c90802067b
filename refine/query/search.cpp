#include "refine/query/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <set>

#include "refine/legal_search.hpp"
#include "refine/query/question.hpp"
#include "refine/query/reached.hpp"
#include "refine/query/rests.hpp"
#include "refine/query/retrial.hpp"
#include "refine/shrink_counterexample.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;
using Verdict = Finding::Verdict;

/// How much is spent on showing that a question has no answer before a state is looked for.
constexpr unsigned first_rlimit = 4'000'000;

/// Each takes some hundred milliseconds.
constexpr size_t most_to_shrink = 20;

/// A call without an effect: only its own answer can be of interest.
bool has_effect(Call call) { return !spec::rule_of<S>(call).footprint.empty(); }

/// What the solver gives as a reason, as a person would say it.
std::string in_words(const std::string& why) {
  const bool is_out = why == "canceled" || why == "timeout" || why.starts_with("max. resource limit");
  return is_out ? "out of resources; a larger --rlimit or --timeout may settle it" : why;
}

class Searcher {
 public:
  Searcher(const Expression& expression, const Options& options)
      : expression_(expression), options_(options), session_(options.limits.seed) {}

  Finding run() {
    const auto start = std::chrono::steady_clock::now();
    // A witness of each question first, so that several are as different as can be; then more of each.
    for (bool found_more = true; found_more && !enough();) {
      const size_t before = finding_.witnesses.size();
      open_.clear();
      ask_all();
      found_more = finding_.witnesses.size() != before;
    }
    conclude();
    finding_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(finding_);
  }

 private:
  bool enough() const { return finding_.witnesses.size() >= options_.count; }

  void ask_all() {
    const Pursue pursue = [this](const Question& question) { this->pursue(question); };
    if (!expression_.has_step) { return ask_state(session_, expression_, pursue); }
    if (options_.stepper == Stepper::engine) { return ask_engine_calls(pursue); }
    for (unsigned length = 1; length <= options_.steps; ++length) {
      std::vector<Call> calls;
      ask_sequences(calls, length, pursue);
    }
  }
  void ask_engine_calls(const Pursue& pursue) {
    for (const Call call : options_.calls) {
      if (!enough()) { ask_engine(session_, expression_, call, pursue); }
    }
  }
  /// All sequences of so many more calls.
  void ask_sequences(std::vector<Call>& calls, unsigned more, const Pursue& pursue) {
    for (const Call call : options_.calls) {
      if (enough()) { return; }
      if (more > 1 && !has_effect(call)) { continue; }
      calls.push_back(call);
      if (more > 1) {
        ask_sequences(calls, more - 1, pursue);
      } else {
        ask_spec(session_, expression_, calls, Ending::success, pursue);
        if (!enough()) { ask_spec(session_, expression_, calls, Ending::refusal, pursue); }
      }
      calls.pop_back();
    }
  }

  void pursue(const Question& question) {
    ++finding_.questions;
    if (enough()) { return; }
    // Which paths a handler has was decided with all the facts that were there.
    if (is_engine_step()) { origins_.merge(all_origins(session_)); }
    const Session::Scope scope(session_);
    const SymBool condition = question.condition & is_new(question);
    if (condition.is_false() || is_impossible(condition, first_rlimit)) { return; }
    std::string why = look_for_state(question, condition);
    if (why.empty() || (session_.deepen() && is_impossible(condition, options_.limits.rlimit))) { return; }
    open_.push_back(fmt::format("{}: {}", question.about, in_words(why)));
  }

  /// Whether the facts rule the condition out. Notes which of them do.
  bool is_impossible(const SymBool& condition, unsigned rlimit) {
    Limits limits = options_.limits;
    limits.rlimit = std::min(limits.rlimit, rlimit);
    const Reasoned reasoned = ask_why(session_, limits, condition);
    finding_.rlimit += reasoned.answer.rlimit;
    if (reasoned.answer.result != z3::unsat) { return false; }
    origins_.insert(reasoned.origins.begin(), reasoned.origins.end());
    return true;
  }

  /// Adds a witness, or learns that there is none, and gives nothing; otherwise says why it stays open.
  std::string look_for_state(const Question& question, const SymBool& condition) {
    Witness witness;
    const Search search = find_legal(session_, question.pre, options_.limits, condition,
                                     [&](const ModelState& model) { return judge_model(question, model, witness); });
    finding_.rlimit += search.rlimit;
    switch (search.outcome) {
      case Search::Outcome::found:
        finding_.witnesses.push_back(std::move(witness));
        return "";
      case Search::Outcome::impossible:
        add_all_origins();
        return "";
      case Search::Outcome::unknown:
        break;
    }
    return search.reason.empty() ? "no legal state was found" : search.reason;
  }
  std::string judge_model(const Question& question, const ModelState& model, Witness& witness) {
    const Trial trial = trial_of(expression_, question.scene, question.calls, question.cpu, model);
    std::string why = judge(options_.stepper, expression_, trial, witness);
    if (!why.empty()) { learn_pages(session_, trial.state); }
    if (!why.empty() || !options_.from_boot) { return why; }
    return reach(trial, witness);
  }
  /// By calls from boot, if not to this very state then to a smaller one.
  std::string reach(const Trial& trial, Witness& witness) const {
    const Counterexample story = witness.story;
    std::string why = reach_from_boot(options_.stepper, expression_, trial, witness);
    if (why.empty() || trial.calls.size() > 1 || story.made.has_value() != expression_.has_step) { return why; }
    const Trial small = retrial_of(shrink(story)).trial;
    return reach_from_boot(options_.stepper, expression_, small, witness).empty() ? "" : why;
  }
  /// A search may need any invariant at any place.
  void add_all_origins() {
    for (const Invariant<S>& invariant : invariants<S>()) { origins_.emplace(invariant.name); }
    origins_.merge(all_origins(session_));
  }

  /// That it is none of the witnesses there are.
  SymBool is_new(const Question& question) const {
    SymBool all = true;
    for (const Witness& known : finding_.witnesses) { all = all & !is_witness(question, known); }
    return all;
  }
  SymBool is_witness(const Question& question, const Witness& known) const {
    SymBool same = same_calls(question, known);
    for (const Bound& bound : known.names) {
      same = same & S::equal(question.scene.names().at(bound.name), S::constant(bound.value, width_of(bound.sort)), {});
    }
    return same;
  }
  static SymBool same_calls(const Question& question, const Witness& known) {
    if (question.deed == nullptr) { return true; }
    if (question.calls.size() != known.calls.size()) { return false; }
    for (size_t i = 0; i < known.calls.size(); ++i) {
      if (question.calls[i].call != known.calls[i].call) { return false; }
    }
    return question.deed->status == known.calls.back().status;
  }

  void conclude() {
    finding_.undecided = open_;
    if (!finding_.witnesses.empty()) {
      finding_.verdict = Verdict::found;
      make_small();
    } else if (finding_.questions == 0) {
      finding_.undecided = {"nothing was asked"};
    } else if (open_.empty()) {
      finding_.verdict = Verdict::impossible;
      finding_.rests_on = goals_of(origins_);
      // What the terms alone rule out is impossible as far as hardware does what they say.
      if (finding_.rests_on.empty()) { finding_.rests_on = {"walk/*"}; }
      if (expression_.has_step && !is_engine_step()) { add_goals_of_step(); }
    }
  }
  /// Shrinks the first witnesses, each to one that differs from all others.
  void make_small() {
    const size_t count = std::min(finding_.witnesses.size(), most_to_shrink);
    for (size_t i = 0; i < count; ++i) {
      Witness& witness = finding_.witnesses[i];
      if (witness.calls.size() > 1 || witness.story.made.has_value() != expression_.has_step) { continue; }
      std::optional<Witness> small = smaller(witness);
      const auto is_like = [&](const Witness& other) { return &other != &witness && is_same(*small, other); };
      if (!small || std::any_of(finding_.witnesses.begin(), finding_.witnesses.end(), is_like)) { continue; }
      witness = std::move(*small);
    }
  }
  /// Nothing if it cannot be judged again.
  std::optional<Witness> smaller(const Witness& witness) const {
    const Retrial retrial = retrial_of(shrink(witness.story));
    Witness small;
    if (!judge(options_.stepper, expression_, retrial.trial, small).empty()) { return std::nullopt; }
    if (options_.from_boot && !reach_from_boot(options_.stepper, expression_, retrial.trial, small).empty()) {
      return std::nullopt;
    }
    return small;
  }
  static bool is_same(const Witness& a, const Witness& b) {
    const auto same_bound = [](const Bound& x, const Bound& y) { return x.value == y.value; };
    const auto same_call = [](const Made& x, const Made& y) { return x.call == y.call && x.status == y.status; };
    return std::equal(a.names.begin(), a.names.end(), b.names.begin(), b.names.end(), same_bound) &&
           std::equal(a.calls.begin(), a.calls.end(), b.calls.begin(), b.calls.end(), same_call);
  }
  bool is_engine_step() const { return expression_.has_step && options_.stepper == Stepper::engine; }
  void add_goals_of_step() {
    const std::vector<std::string> more = goals_of_step(options_.calls);
    finding_.rests_on.insert(finding_.rests_on.end(), more.begin(), more.end());
  }

  const Expression& expression_;
  const Options& options_;
  Session session_;
  Finding finding_;
  std::vector<std::string> open_;
  std::set<std::string> origins_;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::found:
      return "found";
    case Verdict::impossible:
      return "impossible";
    case Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

Finding find(const Expression& expression, const Options& options) {
  check_stepper(expression, options.stepper);
  return Searcher(expression, options).run();
}

}  // namespace bulkhead::refine::query
