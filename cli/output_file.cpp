#include "cli/output_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

namespace fs = std::filesystem;

/// The file itself, whatever symbolic links lead to it.
fs::path target_of(const std::string& path) {
  std::error_code none;
  const fs::path target = fs::canonical(path, none);
  return none ? fs::path(path) : target;
}

/// Pipes and devices cannot be replaced.
bool is_replaced(const fs::path& target) {
  std::error_code ignored;
  const fs::file_status status = fs::status(target, ignored);
  return !fs::exists(status) || fs::is_regular_file(status);
}

/// A name beside the file that no other process uses.
fs::path beside(const fs::path& target) { return fmt::format("{}.{}.part", target.string(), getpid()); }

std::string last_error() { return std::strerror(errno == 0 ? EIO : errno); }

/// Why it cannot be written; nothing if it was.
std::string problem_of_writing(const fs::path& target, std::string_view content) {
  errno = 0;
  std::ofstream file(target, std::ios::binary);
  file << content;
  file.close();
  return file.good() ? "" : last_error();
}

std::string problem_of_replacing(const fs::path& target, std::string_view content) {
  const fs::path part = beside(target);
  std::string problem = problem_of_writing(part, content);
  std::error_code error;
  if (problem.empty()) { fs::rename(part, target, error); }
  if (error) { problem = error.message(); }
  if (!problem.empty()) { fs::remove(part, error); }
  return problem;
}

/// Whether a file could be made beside it, which is then taken away.
std::string problem_of_making(const fs::path& target) {
  std::string problem = problem_of_writing(beside(target), "");
  std::error_code ignored;
  fs::remove(beside(target), ignored);
  return problem;
}

}  // namespace

void check_writable(const std::string& path) {
  const fs::path target = target_of(path);
  if (fs::is_directory(target)) { throw Error({path}, "is a directory; expected a file to write"); }
  errno = 0;
  const std::string problem = is_replaced(target)                 ? problem_of_making(target)
                              : access(target.c_str(), W_OK) == 0 ? ""
                                                                  : last_error();
  if (!problem.empty()) {
    throw Error({path}, fmt::format("cannot be written ({}); expected a writable folder", problem));
  }
}

void write_file(const std::string& path, std::string_view content) {
  const fs::path target = target_of(path);
  const std::string problem =
      is_replaced(target) ? problem_of_replacing(target, content) : problem_of_writing(target, content);
  if (!problem.empty()) {
    throw std::runtime_error(fmt::format("{}: cannot be written ({})", printable(path, 4096), problem));
  }
}

}  // namespace bulkhead::cli
