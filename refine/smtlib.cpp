#include "refine/smtlib.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "refine/proof.hpp"

namespace bulkhead::refine {
namespace {

std::string comment(const std::string& text) { return text.empty() ? ";\n" : fmt::format("; {}\n", text); }

/// As the source tree has it.
std::string_view source_name(std::string_view file) {
  constexpr std::string_view here = __FILE__;
  constexpr std::string_view root = here.substr(0, here.rfind("refine/"));
  return file.substr(0, root.size()) == root ? file.substr(root.size()) : file;
}

std::string_view sentence_of(std::string_view name) {
  const auto* const found =
      std::find_if(theorems.begin(), theorems.end(), [&](const Theorem& theorem) { return theorem.name == name; });
  return found == theorems.end() ? std::string_view() : found->says;
}

/// The decisions with their lines and which way they went.
std::string path_as_comments(const Session& session) {
  std::string text;
  for (const Decision& decision : session.decisions()) {
    const Where where = decision.condition.where();
    const std::string line = where.line == 0 ? "no line" : fmt::format("{}:{}", source_name(where.file), where.line);
    text += comment(fmt::format("  {:<34}{}", line, decision.taken ? "yes" : "no"));
  }
  return text.empty() ? comment("  no decision") : text;
}

std::string meaning(const Obligation& goal, const SymBool& negation) {
  if (negation.is_false()) {
    return comment("When the source ran on terms this came out as the constant true: no fact is needed, and the one") +
           comment("assertion is its negation, the constant false.");
  }
  const std::string_view of_what =
      goal.theorem == "initial" ? "the state at boot, on every platform," : "every legal state";
  return comment(fmt::format("The assertions are facts that are true of {}", of_what)) +
         comment("the decisions of the path, and, as the last one, the negation of what the goal says.");
}

std::string head_of(const Session& session, const Obligation& goal, const SymBool& negation) {
  return comment(goal.name()) + comment("") +
         comment(fmt::format("Theorem  {}: {}", goal.theorem, sentence_of(goal.theorem))) +
         comment(fmt::format("Call     {}", goal.call)) + comment(fmt::format("Path     {}", goal.path)) +
         path_as_comments(session) + comment(fmt::format("Goal     {}: {}", goal.conjunct, goal.text)) + comment("") +
         meaning(goal, negation) + comment("unsat means that the goal is proved.");
}

}  // namespace

Query query_of(Session& session, const Obligation& goal, const SymBool& negation) {
  z3::expr_vector assertions(session.context());
  if (!negation.is_false()) { assertions = session.solver().assertions(); }
  assertions.push_back(session.expr(negation));
  return {assertions, head_of(session, goal, negation)};
}

std::string as_smtlib(const Query& query, const std::string& status) {
  // Names of shared terms are numbered by the context: a fresh one numbers them by what is in the query alone.
  z3::context fresh;
  z3::context& known = query.assertions.ctx();
  std::vector<z3::expr> terms;
  for (const z3::expr& assertion : query.assertions) {
    terms.emplace_back(fresh, Z3_translate(known, assertion, fresh));
  }
  const z3::expr last = terms.back();
  terms.pop_back();
  const std::vector<Z3_ast> others(terms.begin(), terms.end());
  const char* const text = Z3_benchmark_to_smtlib_string(fresh, "", "QF_UFBV", status.c_str(), "",
                                                         static_cast<unsigned>(others.size()), others.data(), last);
  fresh.check_error();
  return query.head + text;
}

}  // namespace bulkhead::refine
