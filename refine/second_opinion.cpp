#include "refine/second_opinion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/error.hpp"
#include "refine/cvc5.hpp"
#include "refine/goal_files.hpp"
#include "refine/hints.hpp"
#include "refine/smtlib.hpp"

namespace bulkhead::refine {
namespace {

using Says = Cvc5Answer::Says;

constexpr std::string_view word_of(z3::check_result result) {
  switch (result) {
    case z3::unsat:
      return "unsat";
    case z3::sat:
      return "sat";
    case z3::unknown:
      return "unknown";
  }
  return "unknown";
}

constexpr std::string_view word_of(Says says) {
  switch (says) {
    case Says::unsat:
      return "unsat";
    case Says::sat:
      return "sat";
    case Says::unknown:
      return "unknown";
    case Says::nonsense:
      return "nonsense";
  }
  return "nonsense";
}

/// What a solver says now takes the place of what it said before; its times add up.
void note(Obligation& goal, std::string_view solver, std::string_view says, double seconds) {
  goal.seconds += seconds;
  const auto same = [&](const Opinion& opinion) { return opinion.solver == solver; };
  const auto known = std::find_if(goal.opinions.begin(), goal.opinions.end(), same);
  if (known == goal.opinions.end()) {
    goal.opinions.push_back({std::string(solver), std::string(says), seconds});
  } else {
    *known = {std::string(solver), std::string(says), known->seconds + seconds};
  }
}

void settle(Obligation& goal, Verdict verdict, std::string why) {
  goal.verdict = verdict;
  goal.detail = std::move(why);
}

/// Not told which answer is expected: the program takes another one for an error, and does not say it.
Cvc5Answer ask_other(const Query& query, const Limits& limits, Obligation& goal) {
  Cvc5Answer answer = ask_cvc5(as_smtlib(query, "unknown"), limits.timeout_seconds);
  note(goal, "cvc5", word_of(answer.says), answer.seconds);
  return answer;
}

/// Saves what solvers disagree on, and says where.
std::string saved(const Query& query, const Limits& limits, const Obligation& goal) {
  std::string name = file_of_goal(goal.name());
  std::replace(name.begin(), name.end(), '/', '.');
  const std::string file =
      (std::filesystem::path(limits.judging.disagreements) / ("bulkhead-disagreement-" + name)).string();
  try {
    write_whole(file, as_smtlib(query, "unknown"));
  } catch (const Error& problem) { return fmt::format("the text could not be saved: {}", problem.what()); }
  return fmt::format("the text is in {}", file);
}

/// The verdict where Z3 gave an answer and the other solver is asked too.
void compare(const Query& query, const Limits& limits, Obligation& goal, z3::check_result by_z3) {
  const Cvc5Answer other = ask_other(query, limits, goal);
  if (other.says == Says::nonsense) { return settle(goal, Verdict::fault, other.reason); }
  const bool disagree =
      (by_z3 == z3::unsat && other.says == Says::sat) || (by_z3 == z3::sat && other.says == Says::unsat);
  if (disagree) {
    return settle(
        goal, Verdict::fault,
        fmt::format("Z3 says {}, cvc5 says {}; {}", word_of(by_z3), word_of(other.says), saved(query, limits, goal)));
  }
  if (by_z3 == z3::unsat && other.says == Says::unknown) {
    return settle(goal, Verdict::unknown, fmt::format("Z3 says unsat; {}", other.reason));
  }
  if (by_z3 == z3::unknown) { goal.detail += fmt::format("; cvc5 says {}", word_of(other.says)); }
}

void write_down(const Query& query, const Limits& limits, Obligation& goal) {
  goal.assertions = query.assertions.size();
  if (limits.judging.exported.empty()) { return; }
  const auto file = std::filesystem::path(limits.judging.exported) / file_of_goal(goal.name());
  write_whole(file.string(), as_smtlib(query, known_answer(goal)));
}

/// As Z3 is asked: from few facts first, then from more.
z3::check_result judge_by_cvc5(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation) {
  Query query = query_of(session, goal, negation);
  Cvc5Answer answer = ask_other(query, limits, goal);
  const bool open = answer.says == Says::sat || answer.says == Says::unknown;
  if (open && session.deepen()) {
    query = query_of(session, goal, negation);
    answer = ask_other(query, limits, goal);
  }
  if (answer.says == Says::unsat) { goal.verdict = Verdict::proved; }
  if (answer.says == Says::unknown) { goal.detail = answer.reason; }
  if (answer.says == Says::nonsense) { settle(goal, Verdict::fault, answer.reason); }
  write_down(query, limits, goal);
  return answer.says == Says::sat ? z3::sat : answer.says == Says::unsat ? z3::unsat : z3::unknown;
}

/// Without the hint of the goal, and what of it is to be kept.
Answer ask_from_all(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                    const Elsewhere& elsewhere) {
  Answer answer = ask(session, limits, negation, elsewhere);
  if (limits.judging.finds_hints && answer.result == z3::unsat) {
    goal.hint = find_hint(session, limits, negation, answer);
  }
  return answer;
}

/// From the facts of its hint, if there is one, and from all if those do not do.
Answer ask_z3(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
              const Elsewhere& elsewhere) {
  const Hint* hint = hint_for(limits, goal.name());
  if (hint == nullptr) { return ask_from_all(session, limits, goal, negation, elsewhere); }
  const Answer hinted = ask_hinted(session, limits, negation, *hint);
  if (hinted.result == z3::unsat) {
    if (limits.judging.finds_hints) { goal.hint = *hint; }
    return hinted;
  }
  Answer answer = ask_from_all(session, limits, goal, negation, elsewhere);
  goal.hint_is_stale = answer.result == z3::unsat;
  answer.rlimit += hinted.rlimit;
  answer.seconds += hinted.seconds;
  return answer;
}

}  // namespace

z3::check_result judge(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
                       const Elsewhere& elsewhere) {
  const Judging& judging = limits.judging;
  if (judging.solvers == Solvers::cvc5) { return judge_by_cvc5(session, limits, goal, negation); }
  const bool is_asked_alone = judging.solvers == Solvers::z3 && judging.exported.empty();
  const Answer answer = ask_z3(session, limits, goal, negation, is_asked_alone ? elsewhere : Elsewhere());
  note(goal, "z3", word_of(answer.result), answer.seconds);
  goal.rlimit += answer.rlimit;
  if (!answer.reason.empty()) { goal.detail = answer.reason; }
  if (answer.result == z3::unsat) { settle(goal, Verdict::proved, ""); }
  if (judging.solvers == Solvers::both || !judging.exported.empty()) {
    const Query query = query_of(session, goal, negation);
    if (judging.solvers == Solvers::both) { compare(query, limits, goal, answer.result); }
    write_down(query, limits, goal);
  }
  return goal.verdict == Verdict::fault ? z3::unknown : answer.result;
}

void confirm(Session& session, const Limits& limits, Obligation& goal, const SymBool& negation,
             const z3::expr_vector& assertions) {
  Query query = query_of(session, goal, negation);
  query.assertions = assertions;
  goal.opinions.clear();
  if (limits.judging.solvers != Solvers::cvc5) { note(goal, "z3", "unsat", 0); }
  if (limits.judging.solvers != Solvers::z3) { compare(query, limits, goal, z3::unsat); }
  write_down(query, limits, goal);
}

std::string known_answer(const Obligation& goal) {
  if (goal.verdict == Verdict::fault) { return "unknown"; }
  if (goal.someone_says("unsat")) { return "unsat"; }
  return goal.someone_says("sat") ? "sat" : "unknown";
}

}  // namespace bulkhead::refine
