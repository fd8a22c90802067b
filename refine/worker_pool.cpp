#include "refine/worker_pool.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <system_error>
#include <thread>

namespace bulkhead::refine {
namespace {

constexpr int poll_milliseconds = 50;

std::vector<size_t> heaviest_first(const std::vector<WeighedTask>& tasks) {
  std::vector<size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return tasks[a].weight > tasks[b].weight; });
  return order;
}

class Pool {
 public:
  Pool(const std::vector<WeighedTask>& tasks, const WorkerLimits& limits, const Supervisor& supervisor)
      : tasks_(tasks), limits_(limits), supervisor_(supervisor), order_(heaviest_first(tasks)) {
    limits_.at_once = processes_at_once(limits.at_once);
  }

  void run() {
    while (begun_ < order_.size() || !running_.empty()) {
      if (supervisor_.stop && supervisor_.stop()) { return stop(); }
      while (running_.size() < limits_.at_once && begun_ < order_.size()) { begin(order_[begun_++]); }
      wait();
    }
  }

 private:
  struct Running {
    size_t task;
    std::unique_ptr<Worker> worker;
    bool is_over = false;
  };

  void begin(size_t task) {
    try {
      running_.push_back({task, std::make_unique<Worker>(tasks_[task].task, limits_.memory_mib)});
    } catch (const std::system_error& problem) {
      supervisor_.on_end(task, {Ending::Outcome::failed, std::string("no worker can begin: ") + problem.what()});
    }
  }

  /// Waits for a moment, or until something can be read, and reads it.
  void wait() {
    std::vector<pollfd> pipes;
    for (const Running& running : running_) { pipes.push_back({running.worker->descriptor(), POLLIN, 0}); }
    const bool is_quiet = poll(pipes.data(), pipes.size(), poll_milliseconds) <= 0;
    for (size_t i = 0; !is_quiet && i < pipes.size(); ++i) {
      if (pipes[i].revents != 0) { running_[i].is_over = !read(running_[i]); }
    }
    end_silent();
    end_over();
  }

  void end_silent() const {
    if (limits_.silence_seconds == 0) { return; }
    for (const Running& running : running_) {
      if (running.worker->silence() <= limits_.silence_seconds) { continue; }
      running.worker->give_up(fmt::format("said nothing for {} s", limits_.silence_seconds));
    }
  }

  void end_over() {
    for (const Running& running : running_) {
      if (running.is_over) { supervisor_.on_end(running.task, running.worker->end()); }
    }
    std::erase_if(running_, [](const Running& running) { return running.is_over; });
  }

  bool read(const Running& running) const {
    return running.worker->read([&](std::string_view record) { supervisor_.on_record(running.task, record); });
  }

  /// What was sent before is kept, and a task that was done is done.
  void stop() {
    for (const Running& running : running_) { running.worker->kill(); }
    for (const Running& running : running_) {
      while (read(running)) {}
      Ending ending = running.worker->end();
      if (ending.outcome == Ending::Outcome::failed) { ending.outcome = Ending::Outcome::stopped; }
      supervisor_.on_end(running.task, ending);
    }
    running_.clear();
    while (begun_ < order_.size()) { supervisor_.on_end(order_[begun_++], {Ending::Outcome::stopped, "never begun"}); }
  }

  const std::vector<WeighedTask>& tasks_;
  WorkerLimits limits_;
  const Supervisor& supervisor_;
  std::vector<size_t> order_;
  size_t begun_ = 0;
  std::vector<Running> running_;
};

}  // namespace

unsigned processes_at_once(unsigned wanted) {
  return wanted != 0 ? wanted : std::max(std::thread::hardware_concurrency(), 1U);
}

void run_workers(const std::vector<WeighedTask>& tasks, const WorkerLimits& limits, const Supervisor& supervisor) {
  Pool(tasks, limits, supervisor).run();
}

}  // namespace bulkhead::refine
