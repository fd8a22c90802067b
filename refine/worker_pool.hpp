#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "refine/worker.hpp"

/// Tasks done side by side, each in a process of its own, so that none can take another down, nor whoever waits.
namespace bulkhead::refine {

struct WeighedTask {
  unsigned weight;  ///< the heaviest begin first
  Task task;
};

/// How many processes are at work at a time where so many are asked for; 0 asks for one a core.
unsigned processes_at_once(unsigned wanted);

struct WorkerLimits {
  unsigned at_once = 0;        ///< processes, as in `processes_at_once`
  unsigned memory_mib = 0;     ///< address space of each process; 0: not limited
  double silence_seconds = 0;  ///< the longest that one may send nothing; 0: not limited
};

/// Who is told, on the thread of the caller. Tasks are meant by their positions.
struct Supervisor {
  /// In the order in which the task sent them. May throw Unreadable: then the task is ended, and has failed.
  std::function<void(size_t task, std::string_view record)> on_record;
  /// Once for every task, after its last record.
  std::function<void(size_t task, const Ending& ending)> on_end;
  /// Asked at least twenty times a second; once it is true, everything is ended.
  std::function<bool()> stop;
};

/// Does the tasks, and returns when each has ended and no process is left; so it does if the supervisor throws. The
/// processes are copies of the calling one: call it while there is one thread.
void run_workers(const std::vector<WeighedTask>& tasks, const WorkerLimits& limits, const Supervisor& supervisor);

}  // namespace bulkhead::refine
