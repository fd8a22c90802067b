#include "refine/worker_pool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/catch.hpp"

/// Tasks in processes that die in every way there is: what was sent before is kept, and the end is told.
namespace bulkhead::refine {
namespace {

using Outcome = Ending::Outcome;

struct Told {
  std::vector<std::string> records;
  std::vector<Ending> endings;
};

bool has_children() { return waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

std::vector<Told> run(const std::vector<Task>& tasks, const WorkerLimits& limits = {2, 0, 0},
                      const std::function<bool()>& stop = {}) {
  std::vector<WeighedTask> weighed;
  for (const Task& task : tasks) { weighed.push_back({1, task}); }
  std::vector<Told> told(tasks.size());
  run_workers(weighed, limits,
              {[&](size_t task, std::string_view record) {
                 CHECK(told[task].endings.empty());
                 told[task].records.emplace_back(record);
               },
               [&](size_t task, const Ending& ending) { told[task].endings.push_back(ending); }, stop});
  for (const Told& one : told) { REQUIRE(one.endings.size() == 1); }
  CHECK_FALSE(has_children());
  return told;
}

Ending ending_of(const Task& task, unsigned memory_mib = 0) {
  const Told told = run({task}, {1, memory_mib, 0}).front();
  CHECK(told.records == std::vector<std::string>{"before"});
  return told.endings.front();
}

/// Writes past `Send` to whatever pipe can be written: that to the parent.
void write_raw(std::string_view bytes) {
  for (int descriptor = 3; descriptor < 64; ++descriptor) {
    struct stat what {};
    const bool is_pipe = fstat(descriptor, &what) == 0 && S_ISFIFO(what.st_mode);
    if (is_pipe && (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_WRONLY) {
      if (write(descriptor, bytes.data(), bytes.size()) < 0) { _exit(99); }
    }
  }
}

[[noreturn]] void sleep_forever() {
  while (true) { pause(); }
}

TEST_CASE("what tasks send arrives in its order, each from a process of its own") {
  const auto count = [](int from) {
    return [from](const Send& send) {
      for (int i = 0; i < 100; ++i) { send(std::to_string(from + i)); }
      send(std::string(300'000, 'x'));
      send(std::to_string(getpid()));
    };
  };
  const auto told = run({count(0), count(1000), count(2000)});
  for (size_t task = 0; task < 3; ++task) {
    CHECK(told[task].endings.front().outcome == Outcome::completed);
    CHECK(told[task].endings.front().why.empty());
    REQUIRE(told[task].records.size() == 102);
    for (size_t i = 0; i < 100; ++i) { CHECK(told[task].records[i] == std::to_string(1000 * task + i)); }
    CHECK(told[task].records[100] == std::string(300'000, 'x'));
    CHECK(told[task].records[101] != std::to_string(getpid()));
    CHECK(told[task].records[101] != told[(task + 1) % 3].records[101]);
  }
}

TEST_CASE("the heaviest begin first, and no more at a time than allowed") {
  std::vector<size_t> order;
  const Task nothing = [](const Send&) {};
  run_workers({{1, nothing}, {3, nothing}, {2, nothing}, {3, nothing}}, {1, 0, 0},
              {{}, [&](size_t task, const Ending&) { order.push_back(task); }, {}});
  CHECK(order == std::vector<size_t>{1, 3, 2, 0});
}

TEST_CASE("every way to fail is told, and what was sent before is kept") {
  const auto after_sending = [](const std::function<void()>& fail) {
    return [fail](const Send& send) {
      send("before");
      fail();
    };
  };
  const std::vector<std::pair<std::function<void()>, std::string>> failures = {
      {[] { throw std::runtime_error("something"); }, "the worker threw: something"},
      {[] { throw 1; }, "the worker threw: what says nothing"},
      {[] { throw std::bad_alloc(); }, "the worker ran out of memory"},
      {[] { _exit(7); }, "the worker exited with status 7"},
      {[] { _exit(0); }, "the worker exited before its task was done"},
      {[] { kill(getpid(), SIGKILL); }, "the worker was killed by signal 9 (Killed)"},
      {[] {
         write_raw(std::string("\1\7\0\0\0half", 9));
         _exit(0);
       },
       "the worker exited in the middle of a message"},
      {[] { write_raw(std::string("\1\7", 2)); }, "the worker exited in the middle of a message"},
      {[] {
         write_raw("garbage");
         sleep_forever();
       },
       "the worker sent what cannot be read: no message begins with the byte 0x67"},
      {[] {
         write_raw(std::string("\1\xff\xff\xff\xff", 5));
         sleep_forever();
       },
       "the worker sent what cannot be read: a message of 4294967295 bytes is too long"},
      {[] { write_raw(std::string("\2\0\0\0\0", 5)); },
       "the worker sent what cannot be read: something follows the last message"},
  };
  for (const auto& [fail, why] : failures) {
    CAPTURE(why);
    const Ending ending = ending_of(after_sending(fail));
    CHECK(ending.outcome == Outcome::failed);
    CHECK(ending.why.substr(0, why.size()) == why);
  }
}

TEST_CASE("a record that its reader refuses ends the task, and no other") {
  const Task task = [](const Send& send) { send("a record"); };
  std::vector<Ending> endings(2);
  run_workers({{1, task}, {1, task}}, {1, 0, 0},
              {[](size_t at, std::string_view) {
                 if (at == 0) { throw Unreadable("it is nonsense"); }
               },
               [&](size_t at, const Ending& ending) { endings[at] = ending; },
               {}});
  CHECK(endings[0].outcome == Outcome::failed);
  CHECK(endings[0].why == "the worker sent what cannot be read: it is nonsense");
  CHECK(endings[1].outcome == Outcome::completed);
}

TEST_CASE("a task that says nothing for too long is ended; one that says something is not") {
  const Task silent = [](const Send& send) {
    send("before");
    sleep_forever();
  };
  const Task slow = [](const Send& send) {
    for (int i = 0; i < 8; ++i) {
      send("still here");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  };
  const auto told = run({silent, slow}, {2, 0, 0.5});
  CHECK(told[0].records.size() == 1);
  CHECK(told[0].endings.front().outcome == Outcome::failed);
  CHECK(told[0].endings.front().why == "the worker said nothing for 0.5 s");
  CHECK(told[1].records.size() == 8);
  CHECK(told[1].endings.front().outcome == Outcome::completed);
}

TEST_CASE("a task that allocates without end runs out of its own limit") {
  if (!can_limit_memory()) {
    SUCCEED("a sanitizer reserves more than any limit");
    return;
  }
  const auto start = std::chrono::steady_clock::now();
  const Ending ending = ending_of(
      [](const Send& send) {
        send("before");
        std::vector<std::vector<char>> all;
        while (true) { all.emplace_back(1U << 20U, 'x'); }
      },
      256);
  CHECK(ending.outcome == Outcome::failed);
  CHECK(ending.why == "the worker ran out of its memory limit of 256 MiB");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("tasks killed at random moments fail, and what they sent is whole") {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  CAPTURE(seed);
  for (int round = 0; round < 20; ++round) {
    const auto delay = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 20'000)(random));
    const Task task = [delay](const Send& send) {
      const pid_t victim = getpid();
      std::thread killer([victim, delay] {
        std::this_thread::sleep_for(delay);
        kill(victim, SIGKILL);
      });
      for (size_t i = 0; true; ++i) { send(std::string(i % 5000, 'a')); }
    };
    const Told told = run({task}, {1, 0, 0}).front();
    CHECK(told.endings.front().outcome == Outcome::failed);
    CHECK(told.endings.front().why == "the worker was killed by signal 9 (Killed)");
    for (size_t i = 0; i < told.records.size(); ++i) { CHECK(told.records[i].size() == i % 5000); }
  }
}

TEST_CASE("a stop ends every task at once; what was sent is kept") {
  const Task hanging = [](const Send& send) {
    send("before");
    sleep_forever();
  };
  size_t begun = 0;
  std::vector<Ending> endings(3);
  run_workers({{1, hanging}, {1, hanging}, {1, hanging}}, {2, 0, 0},
              {[&](size_t, std::string_view) { ++begun; },
               [&](size_t task, const Ending& ending) { endings[task] = ending; }, [&] { return begun == 2; }});
  for (const Ending& ending : endings) { CHECK(ending.outcome == Outcome::stopped); }
  CHECK_FALSE(has_children());
}

TEST_CASE("no process is left if the supervisor throws") {
  const Task hanging = [](const Send& send) {
    send("before");
    sleep_forever();
  };
  CHECK_THROWS_AS(run_workers({{1, hanging}, {1, hanging}}, {2, 0, 0},
                              {[](size_t, std::string_view) { throw std::logic_error("of the supervisor"); },
                               [](size_t, const Ending&) {},
                               {}}),
                  std::logic_error);
  CHECK_FALSE(has_children());
}

}  // namespace
}  // namespace bulkhead::refine
