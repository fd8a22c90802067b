#include "cli/interrupt.hpp"

#include <ctime>

namespace bulkhead::cli {

Interrupt::Interrupt() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  sigaction(SIGINT, nullptr, &action_before_);
  pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
}

Interrupt::~Interrupt() {
  came();
  sigaction(SIGINT, &action_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

bool Interrupt::came() {
  const timespec at_once{};
  came_ = came_ || sigtimedwait(&signals_, nullptr, &at_once) > 0;
  return came_;
}

}  // namespace bulkhead::cli
