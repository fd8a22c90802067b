#include "refine/subprocess.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace bulkhead::refine {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t most_output = size_t{64} * 1024;
constexpr auto nap = std::chrono::milliseconds(2);
constexpr int poll_milliseconds = 50;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// A file descriptor, closed at its end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) { ::close(std::exchange(number_, -1)); }
  }

 private:
  int number_;
};

/// A file without a name that holds the text, at its beginning. Unlike a pipe it cannot be full, nor break.
int file_with(const std::string& text) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) { fail(errno, "memfd_create"); }
  for (size_t written = 0; written < text.size();) {
    const ssize_t more = write(file, text.data() + written, text.size() - written);
    if (more < 0 && errno != EINTR) { fail(errno, "write"); }
    written += static_cast<size_t>(std::max<ssize_t>(more, 0));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

/// Becomes the program, or tells the reader of `failure` why not. It dies with the thread that began it, and takes the
/// signals that that thread held back.
[[noreturn]] void become(const std::vector<char*>& words, int input, int output, int failure) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(words.front(), words.data());
  const int error = errno;
  static_cast<void>(!write(failure, &error, sizeof error));
  _exit(127);
}

/// Starts the program. Throws if there is none.
pid_t start(const std::vector<std::string>& words, int input, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) { arguments.push_back(const_cast<char*>(word.c_str())); }  // NOLINT
  arguments.push_back(nullptr);
  std::array<int, 2> failure{};
  if (pipe2(failure.data(), O_CLOEXEC) != 0) { fail(errno, "pipe"); }
  const Descriptor said(failure[0]);
  Descriptor says(failure[1]);
  const pid_t process = fork();
  if (process < 0) { fail(errno, "fork"); }
  if (process == 0) { become(arguments, input, output, says.number()); }
  says.close();
  int error = 0;
  if (read(said.number(), &error, sizeof error) == sizeof error) {
    waitpid(process, nullptr, 0);
    fail(error, words.front());
  }
  return process;
}

/// Reads until the program closes its output, or writes more than anyone reads, or its time is up.
std::string read_until(int pipe, Clock::time_point deadline) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() < most_output && Clock::now() < deadline) {
    pollfd ready{pipe, POLLIN, 0};
    if (poll(&ready, 1, poll_milliseconds) <= 0) { continue; }
    const ssize_t more = read(pipe, buffer.data(), buffer.size());
    if (more < 0 && errno == EINTR) { continue; }
    if (more <= 0) { break; }
    text.append(buffer.data(), static_cast<size_t>(more));
  }
  return text;
}

/// Kills the program and waits until it is gone.
void end_now(pid_t process) {
  kill(process, SIGKILL);
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {}
}

/// Waits for the program to end; kills it when its time is up.
Ended wait_for(pid_t process, Clock::time_point deadline) {
  int status = 0;
  pid_t ended = 0;
  while ((ended = waitpid(process, &status, WNOHANG)) == 0 && Clock::now() < deadline) {
    std::this_thread::sleep_for(nap);
  }
  if (ended == 0) {
    end_now(process);
    return {Ended::How::too_long, SIGKILL, {}};
  }
  if (ended < 0) { fail(errno, "waitpid"); }
  if (WIFSIGNALED(status)) { return {Ended::How::killed, WTERMSIG(status), {}}; }
  return {Ended::How::exited, WEXITSTATUS(status), {}};
}

}  // namespace

Ended run_program(const std::vector<std::string>& words, const std::string& input, std::chrono::milliseconds longest) {
  const Clock::time_point deadline = Clock::now() + longest;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) { fail(errno, "pipe"); }
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  const Descriptor file(file_with(input));
  const pid_t process = start(words, file.number(), in.number());
  in.close();
  std::string output = read_until(out.number(), deadline);
  if (output.size() >= most_output) {
    end_now(process);
    return {Ended::How::too_much, SIGKILL, std::move(output)};
  }
  Ended ended = wait_for(process, deadline);
  ended.output = std::move(output);
  return ended;
}

}  // namespace bulkhead::refine
