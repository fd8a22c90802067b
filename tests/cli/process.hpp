#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/cli/folder.hpp"

namespace bulkhead::test {

/// The tool in a process of its own, at the head of a process group. It is killed with all its workers at the end of
/// this object.
class Process {
 public:
  /// Starts it; what it prints goes to a file, or to `out` if that is named.
  explicit Process(const std::vector<std::string>& arguments, const std::string& out = "");
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  /// Processes of the group other than its head that run, its workers.
  std::vector<pid_t> workers() const;
  /// Whether no worker runs, or none does any more within some seconds.
  bool has_no_workers() const;
  void signal(int number) const;
  /// What a terminal does at Ctrl-C: all of the group get it.
  void signal_group(int number) const;
  /// Waits for its end and gives its exit status, or the signal that ended it, negative.
  int wait();
  std::string out() const;
  std::string err() const;

 private:
  Folder folder_;
  pid_t id_;
  bool is_waited_for_ = false;
};

}  // namespace bulkhead::test
