#include "cli/embedded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace bulkhead::cli {
namespace {

const EmbeddedFile* find(std::string_view name) {
  const auto files = embedded_files();
  const auto found = std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& f) { return f.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::string_view trimmed(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t");
  return first == std::string_view::npos ? "" : line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::string_view embedded(std::string_view name) {
  const EmbeddedFile* file = find(name);
  if (file == nullptr) { throw std::logic_error(fmt::format("{} is not built in", name)); }
  return file->text;
}

std::string_view embedded_line(std::string_view name, int line) {
  const EmbeddedFile* file = find(name);
  if (file == nullptr || line < 1) { return ""; }
  std::string_view rest = file->text;
  for (int at = 1; at < line; ++at) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) { return ""; }
    rest.remove_prefix(end + 1);
  }
  return trimmed(rest.substr(0, rest.find('\n')));
}

}  // namespace bulkhead::cli
