#include <unistd.h>

#include <iostream>

#include "cli/tool.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  bulkhead::cli::Io io{std::cin, std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  const int status = bulkhead::cli::run({argv + 1, argv + argc}, io);
  std::cout.flush();
  // A verdict that nobody could read is none.
  return std::cout.good() ? status : static_cast<int>(bulkhead::cli::Exit::undecided);
}
