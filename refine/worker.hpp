#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "refine/message.hpp"

namespace bulkhead::refine {

/// Sends the parent a record. Throws if it cannot be sent; work that catches this must end.
using Send = std::function<void(std::string_view record)>;

/// What a process is to do. It runs in a copy of the parent's memory; only what it sends comes back.
using Task = std::function<void(const Send&)>;

/// How it came to an end.
struct Ending {
  enum class Outcome : uint8_t {
    completed,  ///< the task returned, and all it sent was received
    failed,     ///< anything else; what it sent before was received
    stopped,    ///< it was ended, or never begun, because the parent wanted no more
  } outcome = Outcome::failed;
  std::string why;     ///< if it failed: "the worker was killed by signal 9 (Killed)"
  double seconds = 0;  ///< how long the process was there
};

/// Whether limits on memory take effect: not under a sanitizer, which reserves terabytes.
bool can_limit_memory();

/// One process that does a task. It dies with the thread that began it, however that ends, and with this object. Ctrl-C
/// and SIGTERM it leaves to its parent, and it leaves no core file. Begin it from a process that has one thread.
class Worker {
 public:
  /// Begins the process; `memory_mib` bounds its address space, 0 does not. Throws std::system_error if there can be
  /// none.
  Worker(const Task& task, unsigned memory_mib);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Readable when there is something to read.
  int descriptor() const { return pipe_; }
  /// Waits for something to read and passes each record on, which may throw Unreadable. False once nothing more comes.
  bool read(const std::function<void(std::string_view record)>& on_record);
  /// For how long nothing has come, in seconds.
  double silence() const;
  /// Ends the process at once, which thereby failed, and why: "said nothing for 60 s".
  void give_up(const std::string& why);
  /// Ends the process at once. What it sent before can still be read.
  void kill() const;
  /// Ends the process if it still runs, and says how it ended: `completed` or `failed`.
  Ending end();

 private:
  void take(const Message& message, const std::function<void(std::string_view record)>& on_record);
  void reap();
  std::string reason() const;
  std::string death_by(int signal) const;

  unsigned memory_mib_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_heard_;
  int pipe_ = -1;
  pid_t process_ = -1;  ///< -1: waited for
  int status_ = -1;     ///< as waitpid gives it; -1: not known
  MessageReader messages_;
  std::optional<Message> last_;  ///< how the task said that it ended
  std::string given_up_;         ///< why it was ended
};

}  // namespace bulkhead::refine
