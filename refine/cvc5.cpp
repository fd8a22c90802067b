#include "refine/cvc5.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <system_error>

#include "model/error.hpp"
#include "refine/subprocess.hpp"

namespace bulkhead::refine {
namespace {

using Clock = std::chrono::steady_clock;
using Says = Cvc5Answer::Says;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* program = "cvc5";
/// How much longer than its own limit the program may take to notice that its time is up.
constexpr seconds grace{2};
constexpr seconds longest_version{10};

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

Cvc5Answer of_exit(int status, const std::string& output) {
  const std::string said = trimmed(output);
  if (status == 0 && said == "unsat") { return {Says::unsat, {}, 0}; }
  if (status == 0 && said == "sat") { return {Says::sat, {}, 0}; }
  if (status == 0 && said == "unknown") { return {Says::unknown, "cvc5 gave up, or was out of time", 0}; }
  return {
      Says::nonsense,
      fmt::format("cvc5 ended with status {} and said \"{}\"; expected sat, unsat or unknown", status, printable(said)),
      0};
}

Cvc5Answer answer_of(const Ended& ended) {
  switch (ended.how) {
    case Ended::How::exited:
      return of_exit(ended.status, ended.output);
    case Ended::How::too_long:
      return {Says::unknown, "cvc5 was out of time", 0};
    case Ended::How::too_much:
      return {Says::nonsense, fmt::format("cvc5 said too much, first \"{}\"", printable(ended.output)), 0};
    case Ended::How::killed:
      if (ended.status == SIGINT || ended.status == SIGTERM) { return {Says::unknown, "cvc5 was interrupted", 0}; }
      return {
          Says::nonsense,
          fmt::format("cvc5 was killed by signal {} and said \"{}\"", ended.status, printable(trimmed(ended.output))),
          0};
  }
  return {};
}

}  // namespace

Cvc5Answer ask_cvc5(const std::string& text, unsigned timeout_seconds) {
  const auto start = Clock::now();
  const milliseconds limit = seconds(timeout_seconds);
  Cvc5Answer answer;
  try {
    answer = answer_of(
        run_program({program, "--lang=smt2", fmt::format("--tlimit-per={}", limit.count())}, text, limit + grace));
  } catch (const std::exception& problem) { answer.reason = fmt::format("cvc5 could not be run: {}", problem.what()); }
  answer.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return answer;
}

std::string cvc5_version() {
  constexpr std::string_view before = "cvc5 version ";
  Ended ended;
  try {
    ended = run_program({program, "--version"}, "", longest_version);
  } catch (const std::system_error& problem) {
    if (problem.code().value() != ENOENT) { throw Error({program}, fmt::format("cannot be run: {}", problem.what())); }
    throw Error({program}, "not installed; it is in the package cvc5 (apt-get install cvc5)");
  }
  const size_t at = ended.output.find(before);
  if (at == std::string::npos) {
    throw Error({program}, fmt::format("does not say its version but \"{}\"", printable(ended.output)));
  }
  const size_t first = at + before.size();
  return printable(ended.output.substr(first, ended.output.find_first_of(" \n[", first) - first));
}

}  // namespace bulkhead::refine
