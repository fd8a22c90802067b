#include "refine/worker.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>

#if defined(__SANITIZE_ADDRESS__)
#define BULKHEAD_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BULKHEAD_ADDRESS_SANITIZER 1
#endif
#endif

namespace bulkhead::refine {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void limit(__rlimit_resource what, rlim_t most) {
  rlimit now{};
  if (getrlimit(what, &now) != 0) { fail("a limit cannot be read"); }
  now.rlim_cur = std::min(now.rlim_max, most);
  if (setrlimit(what, &now) != 0) { fail("a limit cannot be set"); }
}

void hold_back_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void prepare(pid_t parent, unsigned memory_mib) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) { fail("the end of the parent cannot be watched"); }
  if (getppid() != parent) { _exit(EXIT_FAILURE); }  // it ended before it could be watched
  hold_back_signals();
  limit(RLIMIT_CORE, 0);
  if (memory_mib != 0 && can_limit_memory()) { limit(RLIMIT_AS, rlim_t{memory_mib} << 20U); }
}

/// What the process does, from its first moment to its last. A task that fails has told so when this returns.
void serve(const Task& task, int pipe, pid_t parent, unsigned memory_mib) {
  try {
    prepare(parent, memory_mib);
    task([pipe](std::string_view record) { write_message(pipe, MessageKind::record, record); });
    write_message(pipe, MessageKind::completed, "");
  } catch (const std::bad_alloc&) {
    write_message(pipe, MessageKind::out_of_memory, "");
  } catch (const std::exception& problem) { write_message(pipe, MessageKind::threw, problem.what()); } catch (...) {
    write_message(pipe, MessageKind::threw, "what says nothing");
  }
}

/// Nothing of the parent's is flushed or destroyed.
[[noreturn]] void serve_and_exit(const Task& task, int pipe, pid_t parent, unsigned memory_mib) {
  try {
    serve(task, pipe, parent, memory_mib);
  } catch (...) { _exit(EXIT_FAILURE); }
  _exit(EXIT_SUCCESS);
}

}  // namespace

bool can_limit_memory() {
#ifdef BULKHEAD_ADDRESS_SANITIZER
  return false;
#else
  return true;
#endif
}

Worker::Worker(const Task& task, unsigned memory_mib)
    : memory_mib_(memory_mib), start_(std::chrono::steady_clock::now()), last_heard_(start_) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) { fail("no pipe"); }
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    serve_and_exit(task, ends[1], parent, memory_mib);
  }
  const int problem = errno;
  close(ends[1]);
  pipe_ = ends[0];
  if (process_ < 0) {
    close(pipe_);
    errno = problem;
    fail("no process");
  }
}

Worker::~Worker() {
  kill();
  reap();
  close(pipe_);
}

bool Worker::read(const std::function<void(std::string_view)>& on_record) {
  std::array<char, 1U << 16U> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  const ssize_t size = ::read(pipe_, piece.data(), piece.size());
  if (size < 0 && errno == EINTR) { return true; }
  if (size <= 0 || !given_up_.empty()) { return size > 0; }
  last_heard_ = std::chrono::steady_clock::now();
  messages_.add({piece.data(), static_cast<size_t>(size)});
  try {
    while (const auto message = messages_.next()) { take(*message, on_record); }
  } catch (const Unreadable& problem) { give_up(fmt::format("sent what cannot be read: {}", problem.what())); }
  return true;
}

void Worker::take(const Message& message, const std::function<void(std::string_view record)>& on_record) {
  if (message.kind == MessageKind::record) {
    on_record(message.bytes);
  } else {
    last_ = message;
  }
}

double Worker::silence() const { return seconds_since(last_heard_); }

void Worker::give_up(const std::string& why) {
  given_up_ = why;
  kill();
}

void Worker::kill() const {
  if (process_ > 0) { ::kill(process_, SIGKILL); }
}

void Worker::reap() {
  if (process_ <= 0) { return; }
  pid_t waited = -1;
  do { waited = waitpid(process_, &status_, 0); } while (waited < 0 && errno == EINTR);
  if (waited < 0) { status_ = -1; }
  process_ = -1;
}

Ending Worker::end() {
  // One that has closed its pipe has nothing more to say; where it is already on its way out, this changes nothing.
  kill();
  reap();
  Ending ending;
  ending.seconds = seconds_since(start_);
  ending.why = reason();
  if (ending.why.empty()) { ending.outcome = Ending::Outcome::completed; }
  return ending;
}

/// Where memory runs out, libraries crash too.
std::string Worker::death_by(int signal) const {
  const bool is_crash = signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT;
  const std::string limit =
      is_crash && memory_mib_ != 0 ? fmt::format(", under its memory limit of {} MiB", memory_mib_) : "";
  return fmt::format("the worker was killed by signal {} ({}){}", signal, strsignal(signal), limit);
}

std::string Worker::reason() const {
  if (!given_up_.empty()) { return "the worker " + given_up_; }
  if (last_ && last_->kind == MessageKind::out_of_memory) {
    return memory_mib_ == 0 ? "the worker ran out of memory"
                            : fmt::format("the worker ran out of its memory limit of {} MiB", memory_mib_);
  }
  if (last_ && last_->kind == MessageKind::threw) { return fmt::format("the worker threw: {}", last_->bytes); }
  if (status_ == -1) { return "the worker is gone, and nobody knows how it ended"; }
  if (WIFSIGNALED(status_)) { return death_by(WTERMSIG(status_)); }
  if (WEXITSTATUS(status_) != 0) { return fmt::format("the worker exited with status {}", WEXITSTATUS(status_)); }
  if (messages_.is_within_message()) { return "the worker exited in the middle of a message"; }
  return last_ ? "" : "the worker exited before its task was done";
}

}  // namespace bulkhead::refine
