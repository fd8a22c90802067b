#include "refine/goal_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "model/error.hpp"

namespace bulkhead::refine {
namespace {

namespace fs = std::filesystem;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || c == '/';
}

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw Error({printable(path.string(), 300)}, why);
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) { fail(folder, fmt::format("cannot be made: {}", error.message())); }
}

}  // namespace

std::string file_of_goal(const std::string& goal) {
  std::string file = goal;
  std::replace_if(
      file.begin(), file.end(), [](char c) { return !is_plain(c); }, '_');
  return file + ".smt2";
}

void prepare_export(const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) { fail(folder, "is not a folder"); }
  make_folder(folder);
  const bool empty = fs::is_empty(folder, error);
  if (error) { fail(folder, error.message()); }
  if (!empty) { fail(folder, "is not empty; expected a folder that is new or empty"); }
  const std::string probe = (fs::path(folder) / "index.json").string();
  write_whole(probe, "");
  fs::remove(probe, error);
}

void write_whole(const std::string& file, const std::string& text) {
  const fs::path target(file);
  if (target.has_parent_path()) { make_folder(target.parent_path()); }
  const fs::path part = target.string() + ".part";
  errno = 0;
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  if (!out) { fail(target, fmt::format("cannot be written: {}", std::strerror(errno))); }  // NOLINT(concurrency-*)
  std::error_code error;
  fs::rename(part, target, error);
  if (error) { fail(target, fmt::format("cannot be written: {}", error.message())); }
}

}  // namespace bulkhead::refine
