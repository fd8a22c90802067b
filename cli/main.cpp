#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "cli/tool.hpp"

namespace {

/// Whether standard output is a terminal whose user has not asked for plain text (no-color.org).
bool may_color() {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDOUT_FILENO) == 1 && !is_dumb && !is_set("NO_COLOR");
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  bulkhead::cli::Io io{std::cin, std::cout, std::cerr, isatty(STDERR_FILENO) == 1, may_color()};
  const int status = bulkhead::cli::run({argv + 1, argv + argc}, io);
  std::cout.flush();
  if (std::cout.good()) { return status; }
  // A verdict that nobody could read is none.
  std::cerr << "bulkhead: standard output cannot be written\n";
  return static_cast<int>(bulkhead::cli::Exit::undecided);
}
