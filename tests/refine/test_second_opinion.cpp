#include "refine/second_opinion.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/error.hpp"
#include "refine/cvc5.hpp"
#include "refine/smtlib.hpp"
#include "refine/subprocess.hpp"
#include "tests/catch.hpp"
#include "tests/refine/fake_cvc5.hpp"

/// A goal is proved only if every solver that was chosen says so.
namespace bulkhead::refine {
namespace {

using test::FakeCvc5;
using test::Folder;
using test::SearchPath;

/// Judges one goal about a 64-bit number `x` that is known to be below 8.
struct Judged {
  Folder folder;
  Session session;
  Limits limits;
  Obligation goal;

  explicit Judged(Solvers solvers) {
    limits.timeout_seconds = 1;
    limits.judging.solvers = solvers;
    limits.judging.disagreements = folder.path();
    goal.theorem = "safety";
    goal.call = "version";
    goal.path = "ok.1";
    goal.conjunct = "a";
    goal.text = "a sentence";
    session.begin({});
    session.assume(is(Z3_mk_bvult, 8));
  }

  SymBool is(Z3_ast (*relation)(Z3_context, Z3_ast, Z3_ast), uint64_t value) {
    const SymBits x = session.apply("x", {}, 64);
    const SymBits other = SymBits::of_constant(value, 64);
    return SymBool::of_term(session, session.keep(relation(session.context(), x.term(session), other.term(session))),
                            {});
  }
  Verdict verdict_of(const SymBool& negation) {
    judge(session, limits, goal, negation);
    return goal.verdict;
  }
  Verdict verdict_of_true_goal() { return verdict_of(is(Z3_mk_eq, 9)); }
  Verdict verdict_of_false_goal() { return verdict_of(is(Z3_mk_eq, 7)); }
};

std::string content_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// What Z3 says of a text in SMT-LIB 2.
z3::check_result recheck(const std::string& text) {
  z3::context context;
  z3::solver solver(context);
  solver.from_string(text.c_str());
  return solver.check();
}

TEST_CASE("a goal is proved if the solvers that are chosen say unsat") {
  for (const Solvers solvers : {Solvers::z3, Solvers::cvc5, Solvers::both}) {
    Judged judged(solvers);
    CHECK(judged.verdict_of_true_goal() == Verdict::proved);
    CHECK(judged.goal.opinions.size() == (solvers == Solvers::both ? 2 : 1));
    for (const Opinion& opinion : judged.goal.opinions) { CHECK(opinion.says == "unsat"); }
  }
}

TEST_CASE("a goal that does not hold is proved by no solver, and is no fault") {
  for (const Solvers solvers : {Solvers::z3, Solvers::cvc5, Solvers::both}) {
    Judged judged(solvers);
    CHECK(judge(judged.session, judged.limits, judged.goal, judged.is(Z3_mk_eq, 7)) == z3::sat);
    CHECK(judged.goal.verdict == Verdict::unknown);
  }
}

TEST_CASE("a solver that says sat where Z3 says unsat is a fault, and the text is saved") {
  const FakeCvc5 fake("echo sat");
  Judged judged(Solvers::both);
  CHECK(judged.verdict_of_true_goal() == Verdict::fault);
  const std::string file = judged.folder.path() + "/bulkhead-disagreement-safety.version.ok.1.a.smt2";
  CHECK(judged.goal.detail == "Z3 says unsat, cvc5 says sat; the text is in " + file);
  CHECK(recheck(content_of(file)) == z3::unsat);
}

TEST_CASE("a disagreement is a fault where its text cannot be saved, too") {
  const FakeCvc5 fake("echo sat");
  Judged judged(Solvers::both);
  judged.limits.judging.disagreements = judged.folder.write("file", "") + "/below";
  CHECK(judged.verdict_of_true_goal() == Verdict::fault);
  CHECK(judged.goal.detail.find("could not be saved") != std::string::npos);
}

TEST_CASE("a solver that says unsat where Z3 says sat is a fault") {
  const FakeCvc5 fake("echo unsat");
  Judged judged(Solvers::both);
  CHECK(judge(judged.session, judged.limits, judged.goal, judged.is(Z3_mk_eq, 7)) == z3::unknown);
  CHECK(judged.goal.verdict == Verdict::fault);
  CHECK(judged.goal.detail.find("Z3 says sat, cvc5 says unsat") == 0);
}

TEST_CASE("what is no answer is a fault") {
  for (const char* answers :
       {"echo nonsense", "true", "echo unsat; echo sat", "echo unsat; exit 1", "echo unsat; kill -SEGV $$",
        "echo '(error \"Parse Error\")'; echo unsat", "exit 1", "yes unsat", "echo UNSAT"}) {
    CAPTURE(answers);
    const FakeCvc5 fake(answers);
    for (const Solvers solvers : {Solvers::cvc5, Solvers::both}) {
      Judged judged(solvers);
      CHECK(judged.verdict_of_true_goal() == Verdict::fault);
      CHECK_FALSE(judged.goal.detail.empty());
    }
  }
}

TEST_CASE("a solver that does not know, or does not end, leaves a goal unknown") {
  for (const char* answers : {"echo unknown", "exec sleep 60", "echo unsat; exec sleep 60", "kill -INT $$"}) {
    CAPTURE(answers);
    const FakeCvc5 fake(answers);
    Judged judged(Solvers::both);
    CHECK(judged.verdict_of_true_goal() == Verdict::unknown);
    CHECK(judged.goal.detail.find("Z3 says unsat; cvc5 ") == 0);
  }
}

TEST_CASE("what Z3 does not know is not proved by the other solver") {
  const FakeCvc5 fake("echo unsat");
  Judged judged(Solvers::both);
  judged.limits.rlimit = 1;
  const SymBits y = judged.session.apply("y", {}, 64);
  const auto product = [&](Z3_ast a, Z3_ast b) {
    return SymBits::of_term(judged.session, judged.session.keep(Z3_mk_bvmul(judged.session.context(), a, b)), 64);
  };
  const Z3_ast square = product(y.term(judged.session), y.term(judged.session)).term(judged.session);
  const SymBits constant = SymBits::of_constant(0x123456789ABCDEF1, 64);
  const SymBool hard = SymBool::of_term(
      judged.session, judged.session.keep(Z3_mk_eq(judged.session.context(), square, constant.term(judged.session))),
      {});
  CHECK(judged.verdict_of(hard) == Verdict::unknown);
  CHECK(judged.goal.detail.find("; cvc5 says unsat") != std::string::npos);
}

TEST_CASE("what a search proves with more facts the other solver is asked too") {
  const auto verdict_with = [](const char* answers) {
    const FakeCvc5 fake(answers);
    Judged judged(Solvers::both);
    judged.goal.verdict = Verdict::proved;
    z3::expr_vector assertions(judged.session.context());
    assertions.push_back(judged.session.context().bool_val(false));
    confirm(judged.session, judged.limits, judged.goal, judged.is(Z3_mk_eq, 7), assertions);
    return judged.goal.verdict;
  };
  CHECK(verdict_with("echo unsat") == Verdict::proved);
  CHECK(verdict_with("echo sat") == Verdict::fault);
  CHECK(verdict_with("echo unknown") == Verdict::unknown);
  CHECK(verdict_with("true") == Verdict::fault);
}

TEST_CASE("the text of a goal is the same whatever the session did before") {
  const auto text_after = [](unsigned terms) {
    Judged judged(Solvers::z3);
    for (unsigned i = 0; i < terms; ++i) { static_cast<void>(judged.session.fresh_bits("other", 8)); }
    const SymBool seven = judged.is(Z3_mk_eq, 7);
    return as_smtlib(query_of(judged.session, judged.goal, seven & implies(seven, !judged.is(Z3_mk_bvult, 3))), "sat");
  };
  CHECK(text_after(0) == text_after(1000));
  CHECK(recheck(text_after(0)) == z3::sat);
  CHECK(text_after(0).find("(set-info :status sat)") != std::string::npos);
}

TEST_CASE("a goal that folded to a constant is asked as the constant") {
  Judged judged(Solvers::both);
  CHECK(judged.verdict_of(false) == Verdict::proved);
  CHECK(judged.goal.assertions == 1);
  CHECK(recheck(as_smtlib(query_of(judged.session, judged.goal, false), "unsat")) == z3::unsat);
}

TEST_CASE("without the program it is said what to install") {
  const Folder empty;
  const SearchPath nowhere(empty.path(), SearchPath::Also::nothing);
  CHECK_THROWS_WITH(cvc5_version(), "cvc5: not installed; it is in the package cvc5 (apt-get install cvc5)");
  Judged judged(Solvers::cvc5);
  CHECK(judged.verdict_of_true_goal() == Verdict::fault);
}

TEST_CASE("a program that says no version is not taken for cvc5") {
  Folder folder;
  const std::string file = folder.write("cvc5", "#!/bin/sh\necho hello\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  const SearchPath path(folder.path(), SearchPath::Also::usual);
  CHECK_THROWS_AS(cvc5_version(), Error);
}

TEST_CASE("a program is given its input whole, and what it writes is bounded") {
  const std::string input(1'000'000, 'x');
  const Ended counted = run_program({"wc", "-c"}, input, std::chrono::seconds(60));
  CHECK(counted.how == Ended::How::exited);
  CHECK(counted.output == "1000000\n");
  const Ended copied = run_program({"cat"}, input, std::chrono::seconds(60));
  CHECK(copied.how == Ended::How::too_much);
  CHECK(copied.output.size() < 100'000);
  CHECK(run_program({"true"}, input, std::chrono::seconds(60)).status == 0);
}

}  // namespace
}  // namespace bulkhead::refine
