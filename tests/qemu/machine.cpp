#include "tests/qemu/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

constexpr auto longest_run = std::chrono::minutes(2);

void write_file(const std::string& file, const std::string& content) {
  std::ofstream stream(file, std::ios::binary);
  stream << content;
  stream.close();
  if (!stream) { throw std::runtime_error("cannot write " + file); }
}

std::string read_file(const std::string& file) {
  const std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

/// Becomes the program, in the folder. Its memory is scattered: a huge page for each place would be more than there is.
[[noreturn]] void become(const std::vector<std::string>& command, const std::string& folder) {
  std::vector<char*> arguments;
  for (const std::string& word : command) { arguments.push_back(const_cast<char*>(word.c_str())); }
  arguments.push_back(nullptr);
  const bool ready =
      prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0 && chdir(folder.c_str()) == 0;
  const int log = ready ? open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) { _exit(120); }
  execv(arguments.front(), arguments.data());
  _exit(121);
}

/// The status that waitpid gives. A process that runs longer than `longest_run` is killed.
int wait_for(pid_t process) {
  const auto end = std::chrono::steady_clock::now() + longest_run;
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) { return status; }
    if (ended < 0 && errno != EINTR) { throw std::runtime_error("waitpid"); }
    if (std::chrono::steady_clock::now() > end) { kill(process, SIGKILL); }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::string words_of(int status) {
  return WIFSIGNALED(status) ? fmt::format("ended by signal {}", WTERMSIG(status))
                             : fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = folder + "/" + name;
    if (access(file.c_str(), X_OK) == 0) { return file; }
  }
  return "";
}

Machine::Machine(std::string qemu, std::string guest, std::string cpu, std::string folder)
    : qemu_(std::move(qemu)), guest_(std::move(guest)), cpu_(std::move(cpu)), folder_(std::move(folder)) {}

std::vector<std::string> Machine::command() const {
  const std::string size = fmt::format("{}G", ram_gib);
  const std::string machine = "virt,virtualization=on,gic-version=3,memory-backend=ram";
  // Memory tags have to be asked for, of a CPU that can have them.
  const std::string tags = cpu_.starts_with("max") ? ",mte=on" : "";
  return {qemu_, "-machine", machine + tags, "-cpu", cpu_, "-m", size,
          // No more is reserved than is touched.
          "-object", "memory-backend-ram,id=ram,reserve=off,size=" + size, "-nodefaults", "-nic", "none", "-display",
          "none", "-serial", "none", "-monitor", "none", "-semihosting-config", "enable=on,target=native", "-kernel",
          guest_};
}

std::string Machine::run(const std::string& cases) const {
  write_file(folder_ + "/cases", cases);
  unlink((folder_ + "/answers").c_str());
  const std::vector<std::string> words = command();
  const pid_t process = fork();
  if (process < 0) { throw std::runtime_error("fork"); }
  if (process == 0) { become(words, folder_); }
  const int status = wait_for(process);
  if (status != 0) {
    throw std::runtime_error(
        fmt::format("QEMU with CPU {}: {}\n{}", cpu_, words_of(status), read_file(folder_ + "/log")));
  }
  return read_file(folder_ + "/answers");
}

Answers Machine::answer(const std::vector<Case>& cases) const {
  return decode(run(encode(cases)), count_queries(cases));
}

}  // namespace bulkhead::qemu
