#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "refine/proof.hpp"
#include "tests/catch.hpp"

/// Whatever becomes of the workers of a proof: no goal is lost, and none is proved that was not.
namespace bulkhead::refine {
namespace {

constexpr size_t goals_of_job = 6;

/// Every third goal does not hold.
Verdict truth(size_t i) { return i % 3 == 2 ? Verdict::refuted : Verdict::proved; }

Obligation goal(const std::string& call, size_t i) {
  Obligation made;
  made.theorem = i % 2 == 0 ? "safety" : "contract";
  made.call = call;
  made.path = "ok.1";
  made.conjunct = std::to_string(i);
  made.text = "a sentence";
  return made;
}

/// Lists its goals, and settles them one by one; `before` is done before each, and after the last.
Job job(const std::string& call, const std::function<void(size_t i)>& before) {
  return {call, 1, [call, before](Purpose purpose, const Tell& tell) {
            std::vector<Obligation> settled;
            for (size_t i = 0; i < goals_of_job; ++i) {
              tell({settled, i, goal(call, i).theorem});
              settled = {goal(call, i)};
              if (purpose == Purpose::list) { continue; }
              before(i);
              settled.front().verdict = truth(i);
            }
            tell({settled, goals_of_job, ""});
            if (purpose == Purpose::prove) { before(goals_of_job); }
          }};
}

void do_nothing(size_t) {}

/// Every goal is there once, and what is settled is settled rightly.
void check_sound(const Part& part) {
  REQUIRE(part.obligations.size() >= goals_of_job);
  for (size_t i = 0; i < goals_of_job; ++i) {
    const Obligation& found = part.obligations[i];
    CHECK(found.name() == goal(part.subject, i).name());
    const bool is_settled = found.verdict == Verdict::proved || found.verdict == Verdict::refuted;
    if (is_settled) { CHECK(found.verdict == truth(i)); }
    CHECK(found.detail.empty() == is_settled);
    CHECK((found.reached || found.verdict == Verdict::unknown));
  }
}

/// A worker fails at goal 3: what it had is kept, that goal is a fault, the rest is unknown.
void check_failed_at_third(const Part& part, const std::string& why) {
  check_sound(part);
  CHECK(part.obligations.size() == goals_of_job);
  for (size_t i = 0; i < 3; ++i) { CHECK(part.obligations[i].verdict == truth(i)); }
  CHECK(part.obligations[3].verdict == Verdict::fault);
  CHECK(part.obligations[3].detail == why + "; it was at this goal");
  for (size_t i = 4; i < goals_of_job; ++i) {
    CHECK_FALSE(part.obligations[i].reached);
    CHECK(part.obligations[i].detail == "not reached: " + why);
  }
}

TEST_CASE("a proof whose workers fail keeps what was settled, and blames the goal that each was at") {
  const auto at_third = [](const std::function<void()>& fail) {
    return [fail](size_t i) {
      if (i == 3) { fail(); }
    };
  };
  const std::vector<std::pair<std::function<void()>, std::string>> failures = {
      {[] { throw std::runtime_error("a model is not legal"); }, "the worker threw: a model is not legal"},
      {[] { throw 1; }, "the worker threw: what says nothing"},
      {[] { _exit(0); }, "the worker exited before its task was done"},
      {[] { kill(getpid(), SIGKILL); }, "the worker was killed by signal 9 (Killed)"},
      {[] { throw std::bad_alloc(); }, "the worker ran out of its memory limit of 4096 MiB"},
  };
  std::vector<Job> jobs;
  for (size_t i = 0; i < failures.size(); ++i) {
    jobs.push_back(job("fails" + std::to_string(i), at_third(failures[i].first)));
    jobs.push_back(job("holds" + std::to_string(i), do_nothing));
  }
  const Proof proof = run_jobs(jobs, {});
  CHECK(totals(proof).verdict() == Verdict::fault);
  CHECK_FALSE(proof.stopped);
  for (size_t i = 0; i < failures.size(); ++i) {
    check_failed_at_third(proof.parts[2 * i], failures[i].second);
    const Part& whole = proof.parts[2 * i + 1];
    check_sound(whole);
    CHECK(whole.paths == goals_of_job);
    CHECK(totals(whole).of(Verdict::unknown) + totals(whole).of(Verdict::fault) == 0);
  }
}

TEST_CASE("a worker that fails after its last goal leaves a fault") {
  const Proof proof = run_jobs({job("version",
                                    [](size_t i) {
                                      if (i == goals_of_job) { _exit(3); }
                                    })},
                               {});
  check_sound(proof.parts[0]);
  REQUIRE(proof.parts[0].obligations.size() == goals_of_job + 1);
  CHECK(proof.parts[0].obligations.back().name() == "fault/version/all/completes");
  CHECK(proof.parts[0].obligations.back().detail == "the worker exited with status 3");
  CHECK(totals(proof).verdict() == Verdict::fault);
}

TEST_CASE("a list that fails leaves a fault, and what can be proved is proved") {
  const Job healthy = job("version", do_nothing);
  const auto run = [&healthy](Purpose purpose, const Tell& tell) {
    if (purpose == Purpose::list) { throw std::runtime_error("no list"); }
    healthy.run(purpose, tell);
  };
  const Part part = run_jobs({{"version", 1, run}}, {}).parts[0];
  REQUIRE(part.obligations.size() == goals_of_job + 1);
  CHECK(part.obligations[0].name() == "fault/version/all/is_listed");
  CHECK(part.obligations[0].verdict == Verdict::fault);
  CHECK(part.obligations[0].detail == "not all goals could be listed: the worker threw: no list");
  CHECK(part.obligations[1].verdict == truth(0));
}

TEST_CASE("a goal that is listed and not settled is a fault; one that is not listed counts") {
  const auto run = [](Purpose purpose, const Tell& tell) {
    Obligation other = goal("version", purpose == Purpose::list ? 0 : 1);
    other.verdict = Verdict::proved;
    tell({{other}, 0, ""});
  };
  const Part part = run_jobs({{"version", 1, run}}, {}).parts[0];
  REQUIRE(part.obligations.size() == 2);
  CHECK(part.obligations[0].verdict == Verdict::fault);
  CHECK(part.obligations[0].detail == "it was listed, and the proof ended without it");
  CHECK(part.obligations[1].verdict == Verdict::proved);
}

TEST_CASE("a list proves nothing, whatever a worker says") {
  const auto run = [](Purpose, const Tell& tell) {
    Obligation proved = goal("version", 0);
    proved.verdict = Verdict::proved;
    tell({{proved}, 0, ""});
  };
  ProofOptions options;
  options.list_only = true;
  const Proof proof = run_jobs({{"version", 1, run}}, options);
  REQUIRE(proof.parts[0].obligations.size() == 1);
  CHECK(totals(proof).verdict() == Verdict::unknown);
}

TEST_CASE("progress counts goals, up to all of them") {
  ProofOptions options;
  std::vector<std::pair<size_t, size_t>> seen;
  options.progress = [&seen](const Progress& at) { seen.emplace_back(at.done, at.all); };
  run_jobs({job("version", do_nothing), job("features", do_nothing)}, options);
  REQUIRE_FALSE(seen.empty());
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.back().second == 2 * goals_of_job);
  CHECK(seen.back().first <= 2 * goals_of_job);
}

/// Milliseconds until something happens, at random; the seed is shown with a failure.
class RandomMoments {
 public:
  explicit RandomMoments(int most) : seed(std::random_device()()), random_(seed), moments_(0, most) {}
  std::chrono::milliseconds next() { return std::chrono::milliseconds(moments_(random_)); }
  const unsigned seed;

 private:
  std::mt19937 random_;
  std::uniform_int_distribution<int> moments_;
};

void take_a_moment(size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

TEST_CASE("a worker killed at a random moment never makes a goal proved or lost") {
  RandomMoments moments(45);
  CAPTURE(moments.seed);
  for (int round = 0; round < 15; ++round) {
    const Job slow = job("version", take_a_moment);
    const auto killed = [&slow, after = moments.next()](Purpose purpose, const Tell& tell) {
      std::thread killer([after] {
        std::this_thread::sleep_for(after);
        kill(getpid(), SIGKILL);
      });
      slow.run(purpose, tell);
      killer.join();
    };
    const Proof proof = run_jobs({{"version", 1, killed}, job("features", do_nothing)}, {});
    CHECK(totals(proof).verdict() == Verdict::fault);
    // While it listed its goals it may have been killed too; then they were found in the proof, or none was.
    const auto& goals = proof.parts[0].obligations;
    const auto is_fault = [](const Obligation& o) { return o.verdict == Verdict::fault; };
    CHECK(std::any_of(goals.begin(), goals.end(), is_fault));
    for (const Obligation& o : goals) {
      if (o.verdict == Verdict::proved) { CHECK(truth(std::stoul(o.conjunct)) == Verdict::proved); }
    }
    check_sound(proof.parts[1]);
  }
}

TEST_CASE("a proof interrupted at a random moment says what it had, and is stopped unless it was done") {
  RandomMoments moments(60);
  CAPTURE(moments.seed);
  for (int round = 0; round < 15; ++round) {
    ProofOptions options;
    const auto end = std::chrono::steady_clock::now() + moments.next();
    options.stop = [end] { return std::chrono::steady_clock::now() > end; };
    const Proof proof = run_jobs({job("version", take_a_moment), job("features", take_a_moment)}, options);
    const ProofTotals sum = totals(proof);
    const bool is_done = sum.of(Verdict::unknown) == 0;
    CHECK((proof.stopped || is_done));
    CHECK(sum.of(Verdict::fault) == 0);
    for (const Part& part : proof.parts) {
      const bool is_listed = part.obligations.empty() || part.obligations.back().theorem != "fault";
      if (is_listed) { check_sound(part); }
    }
  }
}

}  // namespace
}  // namespace bulkhead::refine
