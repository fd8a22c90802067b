#include "tests/cli/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace bulkhead::test {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& file) {
  const std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();  // what ends while it is read, such as a process, has nothing more to say
  return text.str();
}

std::string tool() {
  const char* path = std::getenv("BULKHEAD_TOOL");
  if (path == nullptr) { throw std::logic_error("BULKHEAD_TOOL says where the tool is"); }
  return path;
}

void redirect(const std::string& file, int descriptor) {
  const int opened = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (opened < 0 || dup2(opened, descriptor) < 0) { _exit(120); }
  close(opened);
}

/// Whether the process is in the group, is not its head, and has not ended.
bool is_worker(const std::string& process, pid_t group) {
  std::string line = content("/proc/" + process + "/stat");
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) { return false; }
  std::istringstream fields(line.substr(name_end + 1));
  char state = 'X';
  pid_t parent = 0;
  pid_t its_group = 0;
  fields >> state >> parent >> its_group;
  return its_group == group && state != 'Z' && state != 'X' && process != std::to_string(group);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::string& out) {
  const std::string path = tool();
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), path);
  std::vector<char*> pointers;
  for (std::string& word : words) { pointers.push_back(word.data()); }
  pointers.push_back(nullptr);
  const std::string out_file = out.empty() ? folder_.path() + "/out" : out;
  id_ = fork();
  if (id_ < 0) { throw std::runtime_error("fork"); }
  if (id_ == 0) {
    setpgid(0, 0);
    redirect(out_file, STDOUT_FILENO);
    redirect(folder_.path() + "/err", STDERR_FILENO);
    execv(path.c_str(), pointers.data());
    _exit(121);
  }
  setpgid(id_, id_);
}

Process::~Process() {
  if (is_waited_for_) { return; }
  signal_group(SIGKILL);
  wait();
}

std::vector<pid_t> Process::workers() const {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    const bool is_number = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (is_number && is_worker(name, id_)) { found.push_back(std::stoi(name)); }
  }
  return found;
}

bool Process::has_no_workers() const {
  for (int tries = 0; tries < 500; ++tries) {
    if (workers().empty()) { return true; }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void Process::signal(int number) const { kill(id_, number); }

void Process::signal_group(int number) const { kill(-id_, number); }

int Process::wait() {
  int status = 0;
  while (waitpid(id_, &status, 0) < 0) {
    if (errno != EINTR) { throw std::runtime_error("waitpid"); }
  }
  is_waited_for_ = true;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string Process::out() const { return content(folder_.path() + "/out"); }

std::string Process::err() const { return content(folder_.path() + "/err"); }

}  // namespace bulkhead::test
