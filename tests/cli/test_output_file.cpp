#include "cli/output_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <iterator>

#include "model/error.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"

namespace bulkhead::test {
namespace {

namespace fs = std::filesystem;
using cli::check_writable;
using cli::write_file;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t files_in(const Folder& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder.path()), {}));
}

/// No file may grow beyond so many bytes while this lives: to the writer, as if the disk were full.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

std::string problem_of_writing(const std::string& path, const std::string& text) {
  try {
    write_file(path, text);
  } catch (const std::runtime_error& problem) { return problem.what(); }
  return "";
}

TEST_CASE("a file is written whole, and nothing else is left") {
  const Folder folder;
  const std::string file = folder.path() + "/a";
  check_writable(file);
  CHECK(files_in(folder) == 0);
  write_file(file, "one");
  write_file(file, "two");
  CHECK(content(file) == "two");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a link stays one, and what it leads to is written") {
  const Folder folder;
  const std::string file = folder.write("file", "old");
  const std::string link = folder.path() + "/link";
  fs::create_symlink("file", link);
  write_file(link, "new");
  CHECK(fs::is_symlink(link));
  CHECK(content(file) == "new");
}

TEST_CASE("where the disk is full the old file stays, and no half of the new one") {
  const Folder folder;
  const std::string file = folder.write("file", "old");
  std::string problem;
  {
    const SmallDisk disk(100'000);
    problem = problem_of_writing(file, std::string(200'000, 'x'));
  }
  CHECK(problem == file + ": cannot be written (File too large)");
  CHECK(content(file) == "old");
  CHECK(files_in(folder) == 1);
  CHECK(problem_of_writing("/dev/full", "x") == "/dev/full: cannot be written (No space left on device)");
}

TEST_CASE("what cannot be written is known beforehand") {
  const Folder folder;
  CHECK_THROWS_AS(check_writable(folder.path()), Error);
  CHECK_THROWS_AS(check_writable(folder.path() + "/none/file"), Error);
  CHECK_NOTHROW(check_writable("/dev/null"));
  CHECK(files_in(folder) == 0);
}

TEST_CASE("a pipe is written into, not replaced") {
  const Folder folder;
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::fstream reader(pipe, std::ios::in | std::ios::out);  // both ends, so that neither waits
  check_writable(pipe);
  write_file(pipe, "line\n");
  std::string line;
  std::getline(reader, line);
  CHECK(line == "line");
  CHECK(fs::is_fifo(pipe));
}

}  // namespace
}  // namespace bulkhead::test
