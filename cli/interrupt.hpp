#pragma once

#include <csignal>

namespace bulkhead::cli {

/// Holds Ctrl-C and SIGTERM back, so that a long run can be ended in an orderly way. Threads that begin while this
/// lives hold them back too. The solver sets a handler of its own while it runs; the one found is put back.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether one of them came since the beginning.
  bool came();

 private:
  sigset_t signals_{};
  sigset_t mask_before_{};
  struct sigaction action_before_ {};
  bool came_ = false;
};

}  // namespace bulkhead::cli
