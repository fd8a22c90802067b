#include "cli/interrupt.hpp"

#include <ctime>

namespace bulkhead::cli {

Interrupt::Interrupt() {
  sigemptyset(&signal_);
  sigaddset(&signal_, SIGINT);
  sigaction(SIGINT, nullptr, &action_before_);
  pthread_sigmask(SIG_BLOCK, &signal_, &mask_before_);
}

Interrupt::~Interrupt() {
  came();
  sigaction(SIGINT, &action_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

bool Interrupt::came() {
  const timespec at_once{};
  came_ = came_ || sigtimedwait(&signal_, nullptr, &at_once) == SIGINT;
  return came_;
}

}  // namespace bulkhead::cli
